import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useRead } from '../../../api/use-read.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { Time } from '../../../components/time.tsx';
import { notificationSettingsTexts } from '../../../texts/notification-settings.ts';
import { OnceShownDialog } from '../once-shown-dialog.tsx';
import { SettingsTable } from '../settings-table.tsx';
import { MakeSecretDialog } from './make-secret-dialog.tsx';

const texts = notificationSettingsTexts.secrets;

/** The secrets that sign: the newest, and for a day the one before. */
export function SecretTable() {
  const secrets = useRead('settings', 'listWebhookSecrets');
  const end = useChange('endWebhookSecret', ['settings', 'jobs']);
  const { notify } = useNotifications();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const [ended, setEnded] = useState<string>();
  const items = secrets.data?.items ?? [];
  const make = () => setMaking(true);
  if (secrets.error && !secrets.data) return <QueryError query={secrets} />;
  return (
    <>
      <SettingsTable
        items={items}
        trackBy="id"
        texts={texts}
        isLoading={secrets.isPending}
        add={{ text: texts.make, onClick: make }}
        columnDefinitions={[
          {
            id: 'id',
            header: texts.columns.id,
            isRowHeader: true,
            minWidth: 120,
            cell: ({ id }) => <code>{id}</code>,
          },
          {
            id: 'created',
            header: texts.columns.created,
            minWidth: 160,
            cell: ({ created }) => <Time at={created} />,
          },
          {
            id: 'valid',
            header: texts.columns.valid,
            minWidth: 160,
            cell: ({ validUntil }) =>
              validUntil ? (
                <StatusIndicator type="warning">
                  {texts.until} <Time at={validUntil} />
                </StatusIndicator>
              ) : (
                <StatusIndicator type="success">{texts.newest}</StatusIndicator>
              ),
          },
          {
            id: 'actions',
            header: texts.columns.actions,
            minWidth: 150,
            cell: ({ id, validUntil }) =>
              validUntil && (
                <Button variant="inline-link" onClick={() => setEnded(id)}>
                  {texts.end}
                </Button>
              ),
          },
        ]}
      />
      {isMaking && (
        <MakeSecretDialog validSecrets={items.length} onMade={setMade} onDismiss={() => setMaking(false)} />
      )}
      {made && (
        <OnceShownDialog
          header={texts.made}
          values={[{ label: texts.columns.id, value: made }]}
          onDismiss={() => setMade(undefined)}
        />
      )}
      {ended && (
        <ConfirmDelete
          visible
          header={texts.endHeader}
          confirm={texts.end}
          onConfirm={async () => {
            await end.mutateAsync({ params: { id: ended } });
            notify({ type: 'success', header: texts.ended });
          }}
          onDismiss={() => setEnded(undefined)}
        >
          {texts.endText}
        </ConfirmDelete>
      )}
    </>
  );
}
