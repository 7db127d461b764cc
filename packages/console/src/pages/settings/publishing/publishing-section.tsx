import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { settingsTexts } from '../../../texts/settings.ts';
import { PublishingForm } from './publishing-form.tsx';

const texts = settingsTexts.publishing;

/** How the company publishes: what becomes of uploads, which names they replace, and its time zone. */
export default function PublishingSection() {
  const settings = useRead('settings', 'readSettings');
  return (
    <Container
      header={
        <Header variant="h2" description={texts.description}>
          {texts.header}
        </Header>
      }
    >
      {settings.error && !settings.data && <QueryError query={settings} />}
      {settings.isPending && <Skeleton rows={8} />}
      {settings.data && <PublishingForm settings={settings.data} />}
    </Container>
  );
}
