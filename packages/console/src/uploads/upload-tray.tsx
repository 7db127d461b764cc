import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { LinkButton } from '../components/link-button.tsx';
import { uploadTexts } from '../texts/upload.ts';
import type { UploadTask } from './upload-queue.ts';
import { useUploadQueue } from './uploads-context.tsx';

const texts = uploadTexts.tray;

/** How far the uploads are, on all pages but their own. */
export default function UploadTray({ tasks, to }: { tasks: readonly UploadTask[]; to: string }) {
  const queue = useUploadQueue();
  const totals = tasks.map(({ upload }) => upload.progress);
  const sum = (value: (total: (typeof totals)[number]) => number) =>
    totals.reduce((result, total) => result + value(total), 0);
  const [sentFiles, totalFiles] = [sum((total) => total.sentFiles), sum((total) => total.totalFiles)];
  const [sentBytes, totalBytes] = [sum((total) => total.sentBytes), sum((total) => total.totalBytes)];
  const isDone = tasks.every(({ status }) => status === 'sent');
  const problem = tasks.find(({ status }) => ['offline', 'failed', 'interrupted', 'paused'].includes(status));
  const title = isDone
    ? texts.done(sentFiles)
    : problem
      ? texts.attention
      : texts.sending(sentFiles, totalFiles);
  return (
    <section className="upload-tray" aria-label={texts.label}>
      <Container>
        <SpaceBetween size="xs">
          <Box variant="strong">{title}</Box>
          {problem && <Box color="text-body-secondary">{uploadTexts.running.status[problem.status]}</Box>}
          <ProgressBar
            value={totalBytes === 0 ? (isDone ? 100 : 0) : (sentBytes / totalBytes) * 100}
            ariaLabel={texts.label}
          />
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              {isDone && (
                <Button
                  variant="link"
                  onClick={() => {
                    for (const { id } of tasks) queue.remove(id);
                  }}
                >
                  {texts.close}
                </Button>
              )}
              <LinkButton to={to}>{texts.open}</LinkButton>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      </Container>
    </section>
  );
}
