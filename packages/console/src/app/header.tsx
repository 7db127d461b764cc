import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useNavigate } from 'react-router';
import type { Me } from '../api/use-me.ts';
import type { Role } from '../session/company.tsx';
import { useSession } from '../session/session-context.tsx';
import { appTexts } from '../texts/app.ts';
import { useTheme } from './theme.ts';

interface HeaderProps {
  readonly me: Me;
  readonly company: string;
  readonly role: Role;
  readonly onHelp: () => void;
}

/** The bar on top: company, theme, shortcuts, person. */
export function Header({ me, company, role, onHelp }: HeaderProps) {
  const navigate = useNavigate();
  const session = useSession();
  const [theme, setTheme] = useTheme();
  const texts = appTexts.header;
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <div id="header">
      <TopNavigation
        identity={{
          href: `/${company}`,
          title: 'Pressroom',
          onFollow: (event) => {
            event.preventDefault();
            void navigate(`/${company}`);
          },
        }}
        utilities={[
          {
            type: 'menu-dropdown',
            iconName: 'multiscreen',
            text: company,
            ariaLabel: texts.company(company),
            title: texts.company(company),
            items: me.companies.map((one) => ({
              id: one.company,
              text: one.company,
              description: appTexts.roles[one.role],
              href: `/${one.company}`,
            })),
            onItemFollow: (event) => {
              event.preventDefault();
              void navigate(`/${event.detail.id}`);
            },
          },
          {
            type: 'button',
            text: texts.theme[other],
            ariaLabel: texts.theme[other],
            onClick: () => setTheme(other),
          },
          {
            type: 'button',
            iconName: 'keyboard',
            text: texts.help,
            ariaLabel: texts.help,
            disableUtilityCollapse: false,
            onClick: onHelp,
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: me.name ?? me.email ?? me.subject,
            description: appTexts.roles[role],
            items: [{ id: 'sign-out', text: appTexts.signOut }],
            onItemClick: () => void session.signOut(),
          },
        ]}
      />
    </div>
  );
}
