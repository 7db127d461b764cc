import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../../api/client-context.tsx';
import { useMemberNames } from '../../../api/use-member-names.ts';
import { queryKeyOf } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { Time } from '../../../components/time.tsx';
import { useCompany } from '../../../session/company.tsx';
import { imageSettingsTexts as texts } from '../../../texts/image-settings.ts';
import type { ReadImageSettings } from './image-settings-fields.ts';
import { ImageSettingsForm } from './image-settings-form.tsx';

/** What images are made with where nothing else says it. Another person's change in between is shown, not overwritten. */
export default function ImageSettingsSection() {
  const client = useClient();
  const { company } = useCompany();
  const nameOf = useMemberNames();
  const settings = useQuery<ReadImageSettings>({
    // Read once: a form does not change under the hands of the person who types.
    queryKey: ['edited', ...queryKeyOf(company, 'settings', 'readImageSettings', {})],
    queryFn: () => client.callTagged('readImageSettings'),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const { modified, modifiedBy } = settings.data?.body ?? {};
  return (
    <Container
      header={
        <Header variant="h2" description={texts.description}>
          {texts.header}
        </Header>
      }
      footer={
        modified &&
        modifiedBy && (
          <>
            {texts.last} <Time at={modified} /> {texts.by(nameOf(modifiedBy))}
          </>
        )
      }
    >
      {settings.error && !settings.data && <QueryError query={settings} />}
      {settings.isPending && <Skeleton rows={10} />}
      {settings.data && (
        <ImageSettingsForm
          key={settings.data.etag}
          read={settings.data}
          onReload={() => void settings.refetch()}
        />
      )}
    </Container>
  );
}
