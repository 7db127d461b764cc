import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationResponse } from '@pressroom/client/create-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { OutcomeList } from '../../components/outcome-list.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { formatTime } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { counted } from '../../texts/app.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { formatUsd } from '../../texts/money.ts';
import { publishTexts } from '../../texts/publish.ts';
import { aroundOf, type JobDraft } from './job-draft.ts';
import { PlanTable } from './plan-table.tsx';

const texts = publishTexts.plan;

type Plan = OperationResponse<'createPlan'>;

/** Milliseconds between two looks at a plan that is still being made. */
const pollMilliseconds = 1_500;

interface PlanStepProps {
  readonly draft: JobDraft;
  readonly made: Plan;
  readonly onBack: () => void;
  /** Makes the plan again. */
  readonly onAgain: () => void;
  readonly isPlanning: boolean;
}

/** What the job will do, asset by asset, and the button that does exactly that. */
export function PlanStep({ draft, made, onBack, onAgain, isPlanning }: PlanStepProps) {
  const client = useClient();
  const navigate = useNavigate();
  const { company } = useCompany();
  const { notify } = useNotifications();
  const submit = useChange('submitJob', ['jobs']);
  const request = { params: { planId: made.id } };
  const plan = useQuery<Plan>({
    queryKey: queryKeyOf(company, 'jobs', 'readPlan', request),
    queryFn: ({ signal }) => client.call('readPlan', { ...request, signal }),
    initialData: made,
    enabled: made.status === 'planning',
    refetchInterval: ({ state }) => (state.data?.status === 'ready' ? false : pollMilliseconds),
  });
  const { status, counts, totals, expires } = plan.data;
  const publishes = counts.added + counts.changed + counts.republished;
  const isOutdated = submit.error instanceof ApiError && submit.error.code === 'plan.outdated';

  async function submitPlan(skipChanged: boolean) {
    try {
      const job = await submit.mutateAsync({
        body: {
          name: draft.name.trim() || publishTexts.defaultName,
          ...aroundOf(draft),
          plan: made.id,
          ...(skipChanged && { skipChanged }),
        },
      });
      notify({ type: 'success', header: publishTexts.submitted(job.name) });
      await navigate(`/${company}/jobs/${job.id}`);
    } catch {
      // It is shown below.
    }
  }

  if (plan.error) return <QueryError query={plan} />;
  if (status === 'planning') {
    const seen = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return (
      <Container header={<Header variant="h2">{texts.header}</Header>}>
        <StatusIndicator type="loading">{texts.planning(seen)}</StatusIndicator>
      </Container>
    );
  }
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description={texts.description(formatTime(expires))}>
            {texts.header}
          </Header>
        }
      >
        {publishes === 0 ? (
          <EmptyState title={texts.nothing} description={texts.nothingDescription} />
        ) : (
          <KeyValuePairs
            columns={3}
            items={[
              { label: texts.publishes, value: counted(publishes, 'asset', 'assets') },
              { label: texts.bytes, value: texts.copies(totals.copies, formatBytes(totals.bytes)) },
              { label: texts.cost, value: formatUsd(totals.estimatedCostUsd) },
            ]}
          />
        )}
      </Container>
      {made.leftOut && made.leftOut.length > 0 && (
        <Alert type="warning" header={texts.leftOut(made.leftOut.length)}>
          <OutcomeList
            outcomes={made.leftOut.map(({ id, message }) => ({ id, type: 'warning', text: message }))}
          />
        </Alert>
      )}
      <PlanTable planId={made.id} counts={counts} />
      {submit.error && (
        <Alert
          type="error"
          header={isOutdated ? texts.outdated : publishTexts.notSubmitted}
          action={
            isOutdated && (
              <SpaceBetween size="xs" direction="horizontal">
                <Button onClick={() => void submitPlan(true)}>{texts.without}</Button>
                <Button loading={isPlanning} onClick={onAgain}>
                  {texts.again}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {describeError(submit.error)}
        </Alert>
      )}
      <Box float="right">
        <SpaceBetween size="xs" direction="horizontal">
          <Button onClick={onBack}>{texts.back}</Button>
          <Button
            variant="primary"
            disabled={publishes === 0}
            loading={submit.isPending}
            onClick={() => void submitPlan(false)}
          >
            {publishTexts.submit}
          </Button>
        </SpaceBetween>
      </Box>
    </SpaceBetween>
  );
}
