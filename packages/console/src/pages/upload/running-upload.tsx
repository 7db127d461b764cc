import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { FileProgress } from '@pressroom/client/upload';
import { useRef, useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { describeError } from '../../components/describe-error.ts';
import { JobStatus } from '../../components/job-status.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { useCompany } from '../../session/company.tsx';
import { uploadTexts } from '../../texts/upload.ts';
import type { UploadTask, UploadTaskStatus } from '../../uploads/upload-queue.ts';
import { useUploadQueue } from '../../uploads/uploads-context.tsx';
import { FileTable } from './file-table.tsx';

const texts = uploadTexts.running;

const types: Readonly<Record<UploadTaskStatus, StatusIndicatorProps.Type>> = {
  waiting: 'pending',
  sending: 'in-progress',
  paused: 'stopped',
  offline: 'warning',
  failed: 'error',
  interrupted: 'warning',
  sent: 'success',
};

const isOpen = ({ status }: FileProgress) => !['sent', 'refused', 'cancelled'].includes(status);

/** One upload: how far it is, each of its files, and what became of them. */
export function RunningUpload({ task }: { task: UploadTask }) {
  const { id, name, folder, upload, status, error } = task;
  const { company } = useCompany();
  const queue = useUploadQueue();
  const { notifyError } = useNotifications();
  const [isAsking, setAsking] = useState(false);
  const { files, progress, job } = upload;
  const open = files.filter(isOpen);
  const { sentBytes, totalBytes, sentFiles, totalFiles } = progress;
  const leftOut = files.filter((file) => file.status === 'refused' || file.status === 'cancelled').length;
  const jobId = job?.id;
  const read = useRead(
    'jobs',
    'readJob',
    { params: { jobId: jobId ?? '' } },
    { enabled: jobId !== undefined && status === 'sent' },
  );
  const canPause = ['waiting', 'sending', 'offline'].includes(status);
  const canResume = files.some((file) => file.status === 'paused' || file.status === 'failed');
  return (
    <Container
      header={
        <Header
          variant="h3"
          description={texts.to(folder)}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {canPause && open.length > 0 && <Button onClick={() => queue.pause(id)}>{texts.pause}</Button>}
              {(status === 'failed' || (status !== 'interrupted' && canResume)) && (
                <Button onClick={() => queue.resume(id)}>
                  {status === 'failed' ? texts.tryAgain : texts.resume}
                </Button>
              )}
              {open.length > 0 && <Button onClick={() => setAsking(true)}>{texts.cancel}</Button>}
              {status === 'sent' && <Button onClick={() => queue.remove(id)}>{texts.remove}</Button>}
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {status === 'sent' && leftOut > 0 ? (
          <StatusIndicator type="warning">{texts.sentExcept(sentFiles, files.length)}</StatusIndicator>
        ) : (
          <StatusIndicator type={types[status]}>{texts.status[status]}</StatusIndicator>
        )}
        <ProgressBar
          value={totalBytes === 0 ? (sentFiles === totalFiles ? 100 : 0) : (sentBytes / totalBytes) * 100}
          ariaLabel={name}
          additionalInfo={texts.progress(sentFiles, totalFiles, sentBytes, totalBytes)}
        />
        {status === 'failed' && <Alert type="error">{describeError(error)}</Alert>}
        {status === 'interrupted' && <ChooseAgain task={task} left={open.length} />}
        {jobId !== undefined && status === 'sent' && (
          <SpaceBetween direction="horizontal" size="s">
            {read.data && <JobStatus status={read.data.status} />}
            <PageLink to={`/${company}/jobs/${jobId}`}>{texts.openJob}</PageLink>
          </SpaceBetween>
        )}
        <FileTable
          task={task}
          jobId={
            read.data && !['queued', 'running', 'stopping'].includes(read.data.status) ? jobId : undefined
          }
          onCancel={(index) => {
            queue.cancel(id, index).catch((caught: unknown) => notifyError(texts.notCancelled, caught));
          }}
        />
      </SpaceBetween>
      <ConfirmDelete
        visible={isAsking}
        header={texts.cancelQuestion(open.length)}
        confirm={texts.cancelConfirm(open.length)}
        onConfirm={() => queue.cancel(id)}
        onDismiss={() => setAsking(false)}
      >
        {texts.cancelDescription}
      </ConfirmDelete>
    </Container>
  );
}

/** After a reload: browsers do not keep the files of a page, so somebody has to choose them again. */
function ChooseAgain({ task, left }: { task: UploadTask; left: number }) {
  const queue = useUploadQueue();
  const { notify } = useNotifications();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Alert
      type="warning"
      action={<Button onClick={() => input.current?.click()}>{texts.chooseAgain}</Button>}
    >
      {texts.interrupted(left)}
      <input
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={texts.chooseAgain}
        ref={input}
        onChange={({ target }) => {
          const strangers = queue.attach(task.id, [...(target.files ?? [])]);
          if (strangers.length > 0) notify({ type: 'warning', header: texts.strangers(strangers.length) });
          target.value = '';
        }}
      />
    </Alert>
  );
}
