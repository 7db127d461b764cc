import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { describeError, isConflict } from '../../components/describe-error.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany } from '../../session/company.tsx';
import { publishTexts, scheduledTexts as texts } from '../../texts/publish.ts';
import { ruleTexts } from '../../texts/schedule-rule.ts';
import {
  draftOf,
  type JobDraft,
  problemsOf,
  ruleOf,
  type Schedule,
  scheduledJobOf,
} from '../publish/job-draft.ts';
import { JobForm } from '../publish/job-form.tsx';
import { WhenFields } from '../publish/when-fields.tsx';
import { type SourceDraft, sourceDraftOf, sourceProblemsOf, uploadOf } from '../upload/source-draft.ts';
import { SourceFields } from '../upload/source-fields.tsx';

interface ReadSchedule {
  readonly body: Schedule;
  readonly etag: string | undefined;
}

/** Changes a schedule. Another person's change in between is shown, not overwritten. */
export default function EditSchedulePage() {
  const { id = '' } = useParams();
  const client = useClient();
  const { company } = useCompany();
  const request = { params: { id } };
  const schedule = useQuery<ReadSchedule>({
    // Read once: a form does not change under the hands of the person who types.
    queryKey: ['edited', ...queryKeyOf(company, 'schedules', 'readSchedule', request)],
    queryFn: () => client.callTagged('readSchedule', request),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Page title={texts.editTitle} description={schedule.data?.body.name}>
      {schedule.error && <QueryError query={schedule} />}
      {schedule.isPending && <Skeleton rows={8} />}
      {schedule.data && (
        <EditForm key={schedule.data.etag} read={schedule.data} onReload={() => void schedule.refetch()} />
      )}
    </Page>
  );
}

interface EditFormProps {
  readonly read: ReadSchedule;
  /** Puts the current version into the form. */
  readonly onReload: () => void;
}

function EditForm({ read: { body: schedule, etag }, onReload }: EditFormProps) {
  const client = useClient();
  const { company } = useCompany();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const [initial] = useState(() => draftOf(schedule));
  const [draft, setDraft] = useState<JobDraft>(initial);
  const [initialSource] = useState(() => schedule.upload && sourceDraftOf(schedule.upload, schedule.name));
  const [source, setSource] = useState(initialSource);
  const [hasTried, setTried] = useState(false);
  const [theirs, setTheirs] = useState<ReadSchedule>();
  const edit = useChange('editSchedule', ['schedules']);
  const problems = problemsOf(draft);
  const sourceProblems = source ? sourceProblemsOf(source) : {};
  const name = (source ?? draft).name.trim();
  const whatItStarts = (job: JobDraft, from: SourceDraft | undefined) =>
    from ? { upload: uploadOf(from, job) } : { job: scheduledJobOf(job) };
  const started = whatItStarts(draft, source);
  // The API replaces all options of the job at once, and does not show the addresses of notifications.
  const isJobChanged = JSON.stringify(started) !== JSON.stringify(whatItStarts(initial, initialSource));
  const options = schedule.upload ?? schedule.job;
  const notificationHost = options?.notification?.url;
  const losesNotification =
    isJobChanged &&
    ((notificationHost !== undefined && !draft.notificationUrl) ||
      schedule.upload?.followWith?.notification !== undefined);
  const change = (values: Partial<JobDraft>) => setDraft((before) => ({ ...before, ...values }));
  const shownProblems = hasTried ? problems : {};

  async function save(ifMatch: string | undefined) {
    setTried(true);
    const rule = ruleOf(draft);
    if (Object.keys({ ...problems, ...sourceProblems }).length > 0 || !rule) return;
    setTheirs(undefined);
    try {
      const saved = await edit.mutateAsync({
        params: { id: schedule.id },
        ifMatch,
        body: {
          name: name || schedule.name,
          rule,
          timeZone: draft.timeZone,
          ...(isJobChanged && started),
        },
      });
      notify({ type: 'success', header: publishTexts.saved(saved.name) });
      await navigate(`/${company}/jobs/scheduled`);
    } catch (error) {
      if (isConflict(error))
        setTheirs(await client.callTagged('readSchedule', { params: { id: schedule.id } }));
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save(etag);
      }}
    >
      <Form
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <LinkButton variant="link" to={`/${company}/jobs/scheduled`}>
              {publishTexts.cancel}
            </LinkButton>
            <Button variant="primary" loading={edit.isPending}>
              {publishTexts.save}
            </Button>
          </SpaceBetween>
        }
        errorText={edit.error && !isConflict(edit.error) ? describeError(edit.error) : undefined}
      >
        <SpaceBetween size="l">
          {source ? (
            <SourceFields
              source={source}
              changeSource={(values) => setSource((before) => before && { ...before, ...values })}
              job={draft}
              changeJob={change}
              problems={hasTried ? sourceProblems : {}}
              notificationHost={notificationHost}
              when={
                <WhenFields isScheduled isUpload draft={draft} change={change} problems={shownProblems} />
              }
            />
          ) : (
            <JobForm
              isScheduled
              draft={draft}
              change={change}
              problems={shownProblems}
              notificationHost={notificationHost}
            />
          )}
          {losesNotification && <Alert type="warning">{texts.losesNotification}</Alert>}
        </SpaceBetween>
      </Form>
      {theirs && (
        <ConflictDialog
          visible
          yours={<Summary name={name} description={describeDraft(draft)} />}
          theirs={<Summary name={theirs.body.name} description={theirs.body.description} />}
          onKeepYours={() => void save(theirs.etag)}
          onTakeTheirs={onReload}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </form>
  );
}

function describeDraft(draft: JobDraft): string {
  const rule = ruleOf(draft);
  if (!rule) return '';
  if (rule.repeat === 'custom') return rule.text;
  if (rule.repeat === 'once') return `${rule.at.replace('T', ' ')} ${draft.timeZone}`;
  return `${ruleTexts.repeats[rule.repeat]}, ${rule.time} ${draft.timeZone}`;
}

function Summary({ name, description }: { name: string; description: string }) {
  return (
    <>
      <b>{name}</b>
      <div>{description}</div>
    </>
  );
}
