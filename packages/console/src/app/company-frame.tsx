import { useEffect } from 'react';
import { useParams } from 'react-router';
import { CompanyClientProvider } from '../api/client-context.tsx';
import { useMe } from '../api/use-me.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { LinkButton } from '../components/link-button.tsx';
import { Loading } from '../components/loading.tsx';
import { QueryError } from '../components/query-error.tsx';
import { appTexts } from '../texts/app.ts';
import { rememberCompany } from './last-company.ts';
import { Shell } from './shell.tsx';

/** Everything below `/<company>`: finds the role of the person in it. */
export function CompanyFrame() {
  const { company = '' } = useParams();
  const me = useMe();
  const membership = me.data?.companies.find((one) => one.company === company);
  useEffect(() => {
    if (membership) rememberCompany(membership.company);
  }, [membership]);
  if (me.error) return <QueryError query={me} />;
  if (!me.data) return <Loading />;
  if (!membership)
    return (
      <main className="narrow">
        <EmptyState
          title={appTexts.notMember.header}
          description={appTexts.notMember.description(company)}
          action={<LinkButton to="/">{appTexts.notMember.toOwn}</LinkButton>}
        />
      </main>
    );
  return (
    <CompanyClientProvider company={company} key={company}>
      <Shell me={me.data} membership={membership} />
    </CompanyClientProvider>
  );
}
