import Select from '@cloudscape-design/components/select';
import { Suspense } from 'react';
import { Navigate, useNavigate, useParams } from 'react-router';
import { NotFound } from '../../app/not-found.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { hasRole, useCompany } from '../../session/company.tsx';
import { settingsTexts as texts } from '../../texts/settings.ts';
import { sections } from './sections.ts';
import './settings.css';

/** The settings of the company, a section at a time, and what everybody sets for themselves. */
export default function SettingsPage() {
  const { section } = useParams();
  const { company, role } = useCompany();
  const navigate = useNavigate();
  const allowed = sections.filter((one) => hasRole(role, one.role));
  const addressOf = (id: string) => `/${company}/settings/${id}`;
  if (section === undefined) return <Navigate replace to={addressOf(allowed[0]?.id ?? '')} />;
  const open = allowed.find(({ id }) => id === section);
  if (!open) return <NotFound />;
  const options = allowed.map(({ id }) => ({ value: id, label: texts.sections[id] }));
  return (
    <Page title={texts.title}>
      <div className="settings">
        <nav className="settings-sections" aria-label={texts.navigation}>
          <ul>
            {allowed.map(({ id }) => (
              <li key={id} data-open={id === open.id}>
                {id === open.id ? (
                  <span aria-current="page">{texts.sections[id]}</span>
                ) : (
                  <PageLink to={addressOf(id)} variant="secondary">
                    {texts.sections[id]}
                  </PageLink>
                )}
              </li>
            ))}
          </ul>
        </nav>
        <div className="settings-chooser">
          <Select
            ariaLabel={texts.navigation}
            selectedOption={options.find(({ value }) => value === open.id) ?? null}
            options={options}
            onChange={({ detail }) => void navigate(addressOf(detail.selectedOption.value ?? ''))}
          />
        </div>
        <Suspense fallback={<Skeleton rows={6} />}>
          <open.Content />
        </Suspense>
      </div>
    </Page>
  );
}
