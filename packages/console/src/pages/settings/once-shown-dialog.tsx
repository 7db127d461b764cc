import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { onceShownTexts as texts } from '../../texts/once-shown.ts';

/** What is shown a single time, after a secret was made. */
export interface Credentials {
  readonly header: string;
  readonly values: readonly { readonly label: string; readonly value: string }[];
}

interface OnceShownDialogProps extends Credentials {
  readonly onDismiss: () => void;
}

/** A secret, and what belongs to it, which nobody can see again. A click beside the dialog does not close it. */
export function OnceShownDialog({ header, values, onDismiss }: OnceShownDialogProps) {
  return (
    <Modal
      visible
      header={header}
      onDismiss={({ detail }) => {
        if (detail.reason !== 'overlay') onDismiss();
      }}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onDismiss}>
            {texts.close}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{texts.warning}</Alert>
        {values.map(({ label, value }) => (
          <div key={label} className="settings-copy">
            <b>{label}</b>
            <CopyToClipboard
              copyButtonText={texts.copy}
              copyButtonAriaLabel={texts.copyOf(label)}
              copySuccessText={texts.copied}
              copyErrorText={value}
              textToCopy={value}
            />
            <code>{value}</code>
          </div>
        ))}
      </SpaceBetween>
    </Modal>
  );
}
