import Alert from '@cloudscape-design/components/alert';
import { useChange } from '../../../api/use-change.ts';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { notificationSettingsTexts } from '../../../texts/notification-settings.ts';

const texts = notificationSettingsTexts.secrets;

interface MakeSecretDialogProps {
  /** How many there are: at most two sign. */
  readonly validSecrets: number;
  /** Called with the new secret, which no other response has. */
  readonly onMade: (secret: string) => void;
  readonly onDismiss: () => void;
}

/** Says what becomes of the secrets before, and makes a new one. */
export function MakeSecretDialog({ validSecrets, onMade, onDismiss }: MakeSecretDialogProps) {
  const make = useChange('makeWebhookSecret', ['settings', 'jobs']);
  return (
    <FormDialog
      header={texts.makeHeader}
      button={texts.make}
      isValid
      onSubmit={async () => onMade((await make.mutateAsync({})).secret)}
      onDismiss={onDismiss}
    >
      {validSecrets === 0 ? texts.makeFirst : texts.makeNext}
      {validSecrets > 1 && <Alert type="warning">{texts.makeThird}</Alert>}
    </FormDialog>
  );
}
