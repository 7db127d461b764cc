import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { appTexts } from '../texts/app.ts';
import { describeError } from './describe-error.ts';

interface FormDialogProps {
  readonly header: string;
  readonly button: string;
  readonly children: ReactNode;
  /** Nothing is sent while it is false: the fields say what is wrong. */
  readonly isValid: boolean;
  /** True: there is nothing to send, or it is not known yet. */
  readonly isDisabled?: boolean;
  readonly size?: 'medium' | 'large';
  /** Called before it is sent, valid or not: from then on the fields say what is wrong. */
  readonly onTry?: () => void;
  /** The dialog stays open, with what was typed and the error, if it throws. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onDismiss: () => void;
}

/** A dialog with a few fields, or none: with a question. Enter sends it. */
export function FormDialog(props: FormDialogProps) {
  const { header, button, children, isValid, isDisabled = false, size = 'medium' } = props;
  const { onTry, onSubmit, onDismiss } = props;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    onTry?.();
    if (!isValid || isDisabled || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
      onDismiss();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Modal visible size={size} header={header} onDismiss={onDismiss}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog that a form opens is within it for React: its own Enter must not send that form.
          event.stopPropagation();
          void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={onDismiss}>
                {appTexts.cancel}
              </Button>
              <Button variant="primary" loading={isBusy} disabled={isDisabled}>
                {button}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="m">
            {children}
            {error !== undefined && (
              <Box>
                <Alert type="error">{describeError(error)}</Alert>
              </Box>
            )}
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
