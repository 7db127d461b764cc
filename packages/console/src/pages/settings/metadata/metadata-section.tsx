import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../../api/client-context.tsx';
import { queryKeyOf } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { useCompany } from '../../../session/company.tsx';
import type { ReadSchema } from './field-draft.ts';
import { SchemaForm } from './schema-form.tsx';

/** The fields that people can fill in for each asset. */
export default function MetadataSection() {
  const client = useClient();
  const { company } = useCompany();
  const schema = useQuery<ReadSchema>({
    // Read once: a form does not change under the hands of the person who types.
    queryKey: ['edited', ...queryKeyOf(company, 'settings', 'readMetadataSchema', {})],
    queryFn: ({ signal }) => client.callTagged('readMetadataSchema', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (schema.error && !schema.data) return <QueryError query={schema} />;
  if (!schema.data) return <Skeleton rows={6} />;
  return (
    <SchemaForm
      key={schema.data.body.modified ?? ''}
      read={schema.data}
      onReload={() => void schema.refetch()}
    />
  );
}
