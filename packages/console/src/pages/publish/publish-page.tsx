import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import { useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { Page } from '../../components/page.tsx';
import { useCompany } from '../../session/company.tsx';
import { publishTexts as texts } from '../../texts/publish.ts';
import {
  type JobDraft,
  type JobScope,
  newDraft,
  planOf,
  problemsOf,
  ruleOf,
  scheduledJobOf,
} from './job-draft.ts';
import { JobForm } from './job-form.tsx';
import { PlanStep } from './plan-step.tsx';

/** What other pages open this page with: the selection to publish, beside `?folder=` in the address. */
interface PublishState {
  readonly scope?: JobScope;
}

/** A publish job, from the first question to its plan, or to its schedule. */
export default function PublishPage() {
  const { company, timeZone } = useCompany();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const [params] = useSearchParams();
  const given = (useLocation().state as PublishState | null)?.scope;
  const folder = params.get('folder');
  const [draft, setDraft] = useState(() =>
    newDraft(timeZone, {
      name: texts.defaultName,
      ...(params.get('when') === 'recurring' && { when: 'recurring' }),
      ...(folder && { scope: 'folder', folder }),
      ...(given && { scope: 'given', publish: 'full' }),
    }),
  );
  const [hasTried, setTried] = useState(false);
  const plan = useChange('createPlan', []);
  const schedule = useChange('createSchedule', ['schedules']);
  const change = (values: Partial<JobDraft>) => setDraft((before) => ({ ...before, ...values }));
  const problems = problemsOf(draft);
  const isNow = draft.when === 'now';
  const mayNotBeLater = !isNow && draft.scope === 'given';
  const failed = isNow ? plan.error : schedule.error;

  async function goOn() {
    setTried(true);
    if (Object.keys(problems).length > 0 || mayNotBeLater) return;
    const rule = ruleOf(draft);
    try {
      if (!rule) {
        await plan.mutateAsync({ body: planOf(draft, given) });
        return;
      }
      const { name } = await schedule.mutateAsync({
        body: {
          name: draft.name.trim() || texts.defaultName,
          rule,
          timeZone: draft.timeZone,
          job: scheduledJobOf(draft),
        },
      });
      notify({ type: 'success', header: texts.scheduled(name) });
      await navigate(`/${company}/jobs/scheduled`);
    } catch {
      // It is shown below; what was typed stays.
    }
  }

  return (
    <Page title={texts.title} description={texts.description}>
      {plan.data && isNow ? (
        <PlanStep
          key={plan.data.id}
          draft={draft}
          made={plan.data}
          isPlanning={plan.isPending}
          onBack={() => plan.reset()}
          onAgain={() => void goOn()}
        />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void goOn();
          }}
        >
          <Form
            actions={
              <Button variant="primary" loading={plan.isPending || schedule.isPending}>
                {isNow ? texts.toPlan : texts.schedule}
              </Button>
            }
            errorText={
              failed
                ? `${isNow ? texts.notPlanned : texts.notScheduled}: ${describeError(failed)}`
                : undefined
            }
          >
            <JobForm draft={draft} change={change} problems={hasTried ? problems : {}} given={given} />
          </Form>
          {hasTried && mayNotBeLater && <Alert type="error">{texts.scope.onlyNow}</Alert>}
        </form>
      )}
    </Page>
  );
}
