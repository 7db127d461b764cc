import Button from '@cloudscape-design/components/button';
import Pagination from '@cloudscape-design/components/pagination';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { type FileProgress, isMetadataFileName } from '@pressroom/client/upload';
import { useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { PageLink } from '../../components/page-link.tsx';
import { useCompany } from '../../session/company.tsx';
import { formatBytes } from '../../texts/bytes.ts';
import { uploadTexts } from '../../texts/upload.ts';
import type { UploadTask } from '../../uploads/upload-queue.ts';
import { useUploadQueue } from '../../uploads/uploads-context.tsx';

const texts = uploadTexts.running;

type LogEntry = OperationItem<'readJobLog'>;

const pageSize = 10;

const types: Readonly<Record<FileProgress['status'], StatusIndicatorProps.Type>> = {
  waiting: 'pending',
  sending: 'in-progress',
  paused: 'stopped',
  missing: 'warning',
  sent: 'success',
  failed: 'error',
  refused: 'error',
  cancelled: 'stopped',
};

const outcomeTypes: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  error: 'error',
  warning: 'warning',
  skipped: 'warning',
  'not-reached': 'stopped',
};

/** Those that need somebody first, then those that are sent, then the rest in their order. */
const order: readonly FileProgress['status'][] = ['failed', 'refused', 'missing', 'paused', 'sending'];

interface FileTableProps {
  readonly task: UploadTask;
  /** Of a job that has ended: what became of each file is in its log. */
  readonly jobId: string | undefined;
  readonly onCancel: (index: number) => void;
}

/** The files of an upload with their progress, and what can be done with each. */
export function FileTable({ task: { id, upload, status }, jobId, onCancel }: FileTableProps) {
  const queue = useUploadQueue();
  const { company } = useCompany();
  const [page, setPage] = useState(1);
  const log = useRead(
    'jobs',
    'readJobLog',
    { params: { jobId: jobId ?? '' }, query: { limit: 1_000 } },
    { enabled: jobId !== undefined },
  );
  const outcomes = new Map(log.data?.items.map((entry) => [nameIn(entry), entry]));
  const outcomeOf = ({ name }: FileProgress) => outcomes.get(name);
  const rank = (file: FileProgress) => {
    const outcome = outcomeOf(file)?.outcome;
    if (outcome !== undefined && outcome in outcomeTypes) return -1;
    const index = order.indexOf(file.status);
    return index < 0 ? order.length : index;
  };
  const files = upload.files.toSorted((one, other) => rank(one) - rank(other) || one.index - other.index);
  const pages = Math.max(1, Math.ceil(files.length / pageSize));
  const current = Math.min(page, pages);
  return (
    <Table
      variant="embedded"
      wrapLines
      items={files.slice((current - 1) * pageSize, current * pageSize)}
      trackBy={({ index }) => String(index)}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={current}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ paginationLabel: texts.pages }}
          />
        )
      }
      columnDefinitions={[
        {
          id: 'file',
          header: texts.file,
          minWidth: 130,
          isRowHeader: true,
          cell: (file) => {
            const asset = outcomeOf(file)?.bytes === undefined ? undefined : outcomeOf(file)?.asset;
            return (
              <span className="file-name">
                {asset === undefined ? (
                  file.name
                ) : (
                  <PageLink to={`/${company}/assets/${encodeURIComponent(asset)}`}>{file.name}</PageLink>
                )}
              </span>
            );
          },
        },
        {
          id: 'state',
          header: texts.state,
          minWidth: 180,
          cell: (file) => <FileState file={file} outcome={outcomeOf(file)} />,
        },
        {
          id: 'size',
          header: uploadTexts.chosen.size,
          cell: ({ bytes }) => <span className="file-size">{formatBytes(bytes)}</span>,
        },
        {
          id: 'actions',
          header: uploadTexts.chosen.actions,
          width: 110,
          cell: (file) => {
            const actions = texts.actions;
            const canResume = file.status === 'paused' || file.status === 'failed';
            return (
              <SpaceBetween direction="horizontal" size="xxs">
                {(file.status === 'waiting' || file.status === 'sending') && status !== 'failed' && (
                  <Button
                    variant="icon"
                    iconName="pause"
                    ariaLabel={actions.pause(file.name)}
                    onClick={() => queue.pause(id, file.index)}
                  />
                )}
                {canResume && (
                  <Button
                    variant="icon"
                    iconName={file.status === 'failed' ? 'refresh' : 'play'}
                    ariaLabel={
                      file.status === 'failed' ? actions.retry(file.name) : actions.resume(file.name)
                    }
                    onClick={() => queue.resume(id, file.index)}
                  />
                )}
                {!['sent', 'refused', 'cancelled'].includes(file.status) && (
                  <Button
                    variant="icon"
                    iconName="close"
                    ariaLabel={actions.cancel(file.name)}
                    onClick={() => onCancel(file.index)}
                  />
                )}
              </SpaceBetween>
            );
          },
        },
      ]}
    />
  );
}

function FileState({ file, outcome }: { file: FileProgress; outcome: LogEntry | undefined }) {
  if (outcome)
    return (
      <StatusIndicator type={typeOf(file, outcome)}>
        {sentence(outcome.message.slice(file.name.length + 2))}
      </StatusIndicator>
    );
  if (file.status === 'sending')
    return (
      <ProgressBar
        value={file.bytes === 0 ? 0 : (file.sentBytes / file.bytes) * 100}
        ariaLabel={texts.progressOf(file.name)}
      />
    );
  return (
    <StatusIndicator type={types[file.status]}>{file.problem ?? texts.files[file.status]}</StatusIndicator>
  );
}

/** A metadata file whose rows are all applied is no asset, and all right. */
function typeOf({ name }: FileProgress, { outcome }: LogEntry): StatusIndicatorProps.Type {
  const isApplied = outcome === 'skipped' && isMetadataFileName(name);
  return isApplied ? 'success' : (outcomeTypes[outcome] ?? 'success');
}

/** The log names a file before what became of it. */
function nameIn({ message }: LogEntry): string {
  return message.slice(0, message.indexOf(': '));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
