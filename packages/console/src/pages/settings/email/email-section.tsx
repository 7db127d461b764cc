import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { emailPreferencesTexts as texts } from '../../../texts/email-preferences.ts';
import { EmailForm } from './email-form.tsx';

/** About which jobs the signed-in person gets mail. */
export default function EmailSection() {
  const preferences = useRead('settings', 'readEmailPreferences');
  return (
    <Container
      header={
        <Header variant="h2" description={texts.description}>
          {texts.header}
        </Header>
      }
    >
      {preferences.error && !preferences.data && <QueryError query={preferences} />}
      {preferences.isPending && <Skeleton rows={6} />}
      {preferences.data && <EmailForm preferences={preferences.data} />}
    </Container>
  );
}
