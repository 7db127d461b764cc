import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationItem } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useNotifications } from '../../app/notifications.tsx';
import { jobTexts } from '../../texts/jobs.ts';
import { isActive, type Job } from '../jobs/use-live-job.ts';
import type { LogFilters } from './log-query.ts';

const texts = jobTexts.log;

export type LogEntry = OperationItem<'readJobLog'>;

/** Milliseconds between two questions whether a long log is prepared. */
const pollMilliseconds = 2_000;

interface LogActionsProps {
  readonly job: Job;
  readonly filters: LogFilters;
  readonly entries: readonly LogEntry[];
}

/** Copies the lines that are shown, downloads the log, prints the page. */
export function LogActions({ job, filters, entries }: LogActionsProps) {
  const client = useClient();
  const { notify, notifyError } = useNotifications();
  const [isPreparing, setPreparing] = useState(false);

  async function copy() {
    const lines = entries.map(({ time, outcome, asset = '', server = '', message }) =>
      [time, outcome, asset, server, message].join('\t'),
    );
    await navigator.clipboard.writeText(lines.join('\n'));
    notify({ type: 'success', header: texts.copied(lines.length) });
  }

  async function download(format: 'csv' | 'jsonl') {
    setPreparing(true);
    try {
      // A program that follows an address sends no token: the API gives one that needs none.
      const request = { params: { jobId: job.id }, query: { ...filters, format, link: 'always' as const } };
      let file = await client.call('downloadJobLog', request);
      while (!('url' in file)) {
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
        file = await client.call('downloadJobLog', request);
      }
      location.assign(file.url);
    } catch (error) {
      notifyError(texts.notDownloaded, error);
    } finally {
      setPreparing(false);
    }
  }

  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button disabled={entries.length === 0} onClick={() => void copy()}>
        {texts.copy}
      </Button>
      <ButtonDropdown
        items={[
          { id: 'csv', text: texts.csv },
          { id: 'jsonl', text: texts.jsonl },
        ]}
        disabled={isActive(job)}
        loading={isPreparing}
        loadingText={texts.preparing}
        onItemClick={({ detail }) => void download(detail.id === 'csv' ? 'csv' : 'jsonl')}
      >
        {texts.download}
      </ButtonDropdown>
      <Button onClick={() => print()}>{texts.print}</Button>
    </SpaceBetween>
  );
}
