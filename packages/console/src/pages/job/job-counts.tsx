import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { formatNumber } from '../../texts/app.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { jobTexts } from '../../texts/jobs.ts';
import type { Job } from '../jobs/use-live-job.ts';

const texts = jobTexts.counts;

const shown = ['total', 'done', 'skipped', 'warnings', 'errors', 'notReached'] as const;

type PublishJob = Extract<Job, { kind: 'publish' }>;
type Server = PublishJob['servers'][number];
interface ServerRow {
  readonly server: Server;
  readonly counts: NonNullable<NonNullable<PublishJob['perServer']>[Server]>;
}

const columns: TableProps.ColumnDefinition<ServerRow>[] = [
  { id: 'server', header: texts.server, cell: ({ server }) => jobTexts.servers[server], isRowHeader: true },
  ...(['done', 'skipped', 'errors'] as const).map((id) => ({
    id,
    header: texts[id],
    cell: ({ counts }: ServerRow) => formatNumber(counts[id]),
  })),
  { id: 'bytes', header: texts.bytes, cell: ({ counts }) => formatBytes(counts.bytes) },
];

/** The counts of a job, together and by server. */
export function JobCounts({ job }: { job: Job }) {
  const perServer = job.kind === 'publish' ? (job.perServer ?? {}) : {};
  const rows = Object.entries(perServer).map(([server, counts]) => ({ server: server as Server, counts }));
  return (
    <Container header={<Header variant="h2">{texts.header}</Header>}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={4}
          items={[
            ...shown.map((id) => ({ label: texts[id], value: formatNumber(job.counts[id]) })),
            ...(job.kind === 'action' ? [] : [{ label: texts.bytes, value: formatBytes(job.counts.bytes) }]),
          ]}
        />
        {rows.length > 0 && (
          <Table
            variant="embedded"
            items={rows}
            columnDefinitions={columns}
            trackBy="server"
            ariaLabels={{ tableLabel: texts.perServer }}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
