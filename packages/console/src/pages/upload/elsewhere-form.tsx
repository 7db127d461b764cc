import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { useCompany } from '../../session/company.tsx';
import { elsewhereTexts as texts } from '../../texts/elsewhere.ts';
import { uploadTexts } from '../../texts/upload.ts';
import { type JobDraft, newDraft, problemsOf, ruleOf } from '../publish/job-draft.ts';
import { WhenFields } from '../publish/when-fields.tsx';
import { newSourceDraft, sourceProblemsOf, uploadOf } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { folderOf } from './upload-options.ts';

/** An upload whose files Pressroom fetches: now, later, or again and again. */
export default function ElsewhereForm() {
  const { company, timeZone } = useCompany();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const [params, setParams] = useSearchParams();
  const [job, setJob] = useState<JobDraft>(() =>
    newDraft(timeZone, params.get('when') === 'recurring' ? { when: 'recurring' } : {}),
  );
  const [draft, setDraft] = useState(() => newSourceDraft('/'));
  const [hasTried, setTried] = useState(false);
  const upload = useChange('createUpload', ['jobs']);
  const schedule = useChange('createSchedule', ['schedules']);
  const source = { ...draft, folder: folderOf(params.get('folder') ?? '/') };
  const problems = sourceProblemsOf(source);
  const whenProblems = problemsOf(job);
  const isNow = job.when === 'now';
  const failed = isNow ? upload.error : schedule.error;

  async function submit() {
    setTried(true);
    if (Object.keys({ ...problems, ...whenProblems }).length > 0) return;
    const rule = ruleOf(job);
    const name = source.name.trim() || uploadTexts.options.namePlaceholder;
    try {
      if (!rule) {
        const { job: started } = await upload.mutateAsync({ body: { ...uploadOf(source, job), name } });
        notify({ type: 'success', header: texts.started(started.name) });
        await navigate(`/${company}/jobs/${started.id}`);
        return;
      }
      await schedule.mutateAsync({
        body: { name, rule, timeZone: job.timeZone, upload: uploadOf(source, job) },
      });
      notify({ type: 'success', header: texts.scheduled(name) });
      await navigate(`/${company}/jobs/scheduled`);
    } catch {
      // It is shown below; what was typed stays.
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Form
        actions={
          <Button variant="primary" loading={upload.isPending || schedule.isPending}>
            {isNow ? texts.start : texts.schedule}
          </Button>
        }
        errorText={
          failed ? `${isNow ? texts.notStarted : texts.notScheduled}: ${describeError(failed)}` : undefined
        }
      >
        <SourceFields
          source={source}
          changeSource={({ folder, ...values }) => {
            setDraft((before) => ({ ...before, ...values }));
            if (folder === undefined) return;
            setParams((before) => new URLSearchParams({ ...Object.fromEntries(before), folder }), {
              replace: true,
            });
          }}
          job={job}
          changeJob={(values) => setJob((before) => ({ ...before, ...values }))}
          problems={hasTried ? problems : {}}
          when={
            <WhenFields
              isUpload
              draft={job}
              change={(values) => setJob((before) => ({ ...before, ...values }))}
              problems={hasTried ? whenProblems : {}}
            />
          }
        />
      </Form>
    </form>
  );
}
