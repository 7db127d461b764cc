import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { Navigate } from 'react-router';
import { useMe } from '../api/use-me.ts';
import { Loading } from '../components/loading.tsx';
import { QueryError } from '../components/query-error.tsx';
import { useSession } from '../session/session-context.tsx';
import { appTexts } from '../texts/app.ts';
import { lastCompany } from './last-company.ts';

/** `/`: opens the company that was open before, or the first one. */
export function OpenFirstCompany() {
  const me = useMe();
  const session = useSession();
  if (me.error) return <QueryError query={me} />;
  if (!me.data) return <Loading />;
  const names = me.data.companies.map(({ company }) => company);
  const before = lastCompany();
  const company = before !== undefined && names.includes(before) ? before : names[0];
  if (company !== undefined) return <Navigate to={`/${company}`} replace />;
  const texts = appTexts.noCompany;
  return (
    <main className="narrow">
      <Box padding="xxl">
        <Alert
          type="info"
          header={texts.header}
          action={<Button onClick={() => void session.signOut()}>{appTexts.signOut}</Button>}
        >
          {texts.description(me.data.email ?? me.data.name ?? me.data.subject)}
        </Alert>
      </Box>
    </main>
  );
}
