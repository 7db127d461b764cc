import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { OutcomeList } from '../../components/outcome-list.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany } from '../../session/company.tsx';
import { formatBytes } from '../../texts/bytes.ts';
import { jobTexts } from '../../texts/jobs.ts';
import { formatUsd } from '../../texts/money.ts';

const texts = jobTexts.undo;

/** Assets that the dialog names: the log of the undo has all. */
const shownAssets = 200;

/** Shows what undoing a job would do, and does it. */
export function UndoDialog({ jobId, onDismiss }: { jobId: string; onDismiss: () => void }) {
  const client = useClient();
  const navigate = useNavigate();
  const { company } = useCompany();
  const { notify } = useNotifications();
  const undo = useChange('undoJob', ['jobs', 'assets']);
  const request = { params: { jobId } };
  const plan = useQuery({
    queryKey: queryKeyOf(company, 'jobs', 'undoJob', request),
    queryFn: ({ signal }) => client.dryRun('undoJob', { ...request, signal }),
  });
  const assets = plan.data?.assets ?? [];
  const count = (...actions: string[]) => assets.filter(({ action }) => actions.includes(action)).length;
  const refused = assets.filter(({ action }) => action === 'refuse' || action === 'none');
  const changes = plan.data?.totals.assets ?? 0;

  async function submit() {
    const job = await undo.mutateAsync(request);
    notify({ type: 'success', header: texts.submitted(job.name) });
    await navigate(`/${company}/jobs/${job.id}`);
  }

  return (
    <FormDialog
      size="large"
      header={texts.header}
      button={texts.submit(changes)}
      isValid
      isDisabled={!plan.data || (changes === 0 && plan.data.complete)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {plan.isPending && <Skeleton rows={4} />}
      {plan.error && <QueryError query={plan} />}
      {plan.data && (
        <>
          <div>{changes === 0 ? texts.nothing : texts.intro(count('publish'), count('withdraw'))}</div>
          {changes > 0 && (
            <Box color="text-body-secondary">
              {texts.held}{' '}
              {texts.cost(formatUsd(plan.data.totals.estimatedCostUsd), formatBytes(plan.data.totals.bytes))}
            </Box>
          )}
          {!plan.data.complete && <Alert type="info">{texts.incomplete}</Alert>}
          {refused.length > 0 && <Alert type="warning">{texts.refused(refused.length)}</Alert>}
          <OutcomeList
            outcomes={assets.slice(0, shownAssets).map(({ id, action, message }) => ({
              id,
              type: action === 'refuse' || action === 'none' ? 'warning' : 'success',
              text: message ?? texts.actions[action],
            }))}
          />
          {plan.data.warnings.map((warning) => (
            <Alert key={warning} type="warning">
              {warning}
            </Alert>
          ))}
        </>
      )}
    </FormDialog>
  );
}
