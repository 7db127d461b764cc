import AppLayout from '@cloudscape-design/components/app-layout';
import Badge from '@cloudscape-design/components/badge';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useState } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { useChanges } from '../api/use-changes.ts';
import type { Me } from '../api/use-me.ts';
import { useRead } from '../api/use-read.ts';
import { CompanyProvider } from '../session/company.tsx';
import { appTexts, formatNumber } from '../texts/app.ts';
import { pageTitles } from '../texts/pages.ts';
import { CompanyUploads } from '../uploads/company-uploads.tsx';
import { Header } from './header.tsx';
import { Notifications } from './notifications.tsx';
import { type PageRoute, pageRoutes } from './routes.tsx';
import { ShortcutHelp, useShortcut } from './shortcuts.tsx';

type Membership = Me['companies'][number];

/** Navigation and notifications around the pages of a company. */
export function Shell({ me, membership }: { me: Me; membership: Membership }) {
  const { company, role } = membership;
  const settings = useRead('settings', 'readSettings');
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isNavigationOpen, setNavigationOpen] = useState(() => innerWidth >= 1100);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const activeJobs = useChanges();
  useShortcut('?', appTexts.shortcuts.help, () => setHelpOpen(true));
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timeZone = settings.data?.timeZone ?? browserZone;
  const value = { company, role, subject: me.subject, timeZone };
  return (
    <CompanyProvider value={value}>
      <CompanyUploads>
        <Header me={me} company={company} role={role} onHelp={() => setHelpOpen(true)} />
        <AppLayout
          headerSelector="#header"
          toolsHide
          navigationOpen={isNavigationOpen}
          onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
          ariaLabels={appTexts.layout}
          navigation={
            <SideNavigation
              activeHref={activeHref(pathname, company)}
              items={pageRoutes.filter(isShown(role)).map(({ id, path }) => ({
                type: 'link',
                text: pageTitles[id],
                href: hrefOf(company, path),
                ...(id === 'jobs' &&
                  activeJobs > 0 && {
                    info: (
                      <span role="img" aria-label={appTexts.activeJobs(activeJobs)}>
                        <Badge color="blue">{formatNumber(activeJobs)}</Badge>
                      </span>
                    ),
                  }),
              }))}
              onFollow={(event) => {
                if (event.detail.external) return;
                event.preventDefault();
                if (innerWidth < 688) setNavigationOpen(false);
                void navigate(event.detail.href);
              }}
            />
          }
          notifications={<Notifications />}
          stickyNotifications
          content={
            <>
              <PageShortcuts company={company} pages={pageRoutes.filter(isShown(role))} />
              <Outlet />
            </>
          }
        />
        {isHelpOpen && <ShortcutHelp onDismiss={() => setHelpOpen(false)} />}
      </CompanyUploads>
    </CompanyProvider>
  );
}

function PageShortcuts({ company, pages }: { company: string; pages: readonly PageRoute[] }) {
  return pages.map((page) =>
    page.key === undefined ? null : <PageShortcut key={page.id} company={company} page={page} />,
  );
}

function PageShortcut({ company, page }: { company: string; page: PageRoute }) {
  const navigate = useNavigate();
  useShortcut(
    `g ${page.key}`,
    appTexts.shortcuts.open(pageTitles[page.id]),
    () => void navigate(hrefOf(company, page.path)),
  );
  return null;
}

const order = ['viewer', 'user', 'admin'];

function isShown(role: string) {
  return ({ inNavigation, role: needed = 'viewer' }: PageRoute) =>
    inNavigation === true && order.indexOf(role) >= order.indexOf(needed);
}

function hrefOf(company: string, path: string): string {
  return path === '' ? `/${company}` : `/${company}/${path}`;
}

/** The page of the side navigation that the address belongs to: the first part of its path decides. */
function activeHref(pathname: string, company: string): string {
  const [, , first = ''] = pathname.split('/');
  return hrefOf(company, first);
}
