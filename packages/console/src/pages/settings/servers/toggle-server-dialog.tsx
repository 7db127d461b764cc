import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../../api/client-context.tsx';
import { useChange } from '../../../api/use-change.ts';
import { queryKeyOf } from '../../../api/use-read.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { PageLink } from '../../../components/page-link.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { useCompany } from '../../../session/company.tsx';
import { jobTexts } from '../../../texts/jobs.ts';
import { settingsTexts } from '../../../texts/settings.ts';
import type { Server } from './server.ts';
import { ServerPlan } from './server-plan.tsx';

const texts = settingsTexts.servers;

interface ToggleServerDialogProps {
  /** As it is now. */
  readonly server: Server;
  readonly onDismiss: () => void;
}

/** Shows what switching a server would do, and does it. Whoever switches one off types its name. */
export function ToggleServerDialog({ server: { server, on }, onDismiss }: ToggleServerDialogProps) {
  const client = useClient();
  const { company } = useCompany();
  const { notify } = useNotifications();
  const [confirm, setConfirm] = useState('');
  const [hasTried, setTried] = useState(false);
  const toggle = useChange('toggleServer', ['settings', 'jobs', 'assets']);
  const name = jobTexts.servers[server];
  const request = { params: { server }, body: { on: !on } };
  const plan = useQuery({
    queryKey: ['plan', ...queryKeyOf(company, 'assets', 'toggleServer', request)],
    queryFn: ({ signal }) => client.dryRun('toggleServer', { ...request, signal }),
    gcTime: 0,
  });
  const isConfirmed = !on || confirm.trim() === server;

  async function submit() {
    const job = await toggle.mutateAsync({
      ...request,
      body: { ...request.body, ...(on && { confirm: server }) },
    });
    notify({
      type: 'success',
      header: texts.submitted(name, !on),
      content: <PageLink to={`/${company}/jobs/${job.id}`}>{texts.openJob}</PageLink>,
    });
  }

  return (
    <FormDialog
      header={on ? texts.disableHeader(name) : texts.enableHeader(name)}
      button={on ? texts.disableOf(name) : texts.enableOf(name)}
      isValid={plan.data !== undefined && isConfirmed}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {plan.isPending && (
        <>
          <Box color="text-body-secondary">{texts.reading}</Box>
          <Skeleton rows={3} />
        </>
      )}
      {plan.error && <QueryError query={plan} />}
      {plan.data && <ServerPlan plan={plan.data} turnsOn={!on} />}
      {on && plan.data && (
        <>
          <Alert type="info">{texts.back}</Alert>
          <FormField
            label={texts.type(server)}
            errorText={hasTried && !isConfirmed ? texts.mismatch(server) : undefined}
          >
            <Input
              value={confirm}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => setConfirm(detail.value)}
            />
          </FormField>
        </>
      )}
    </FormDialog>
  );
}
