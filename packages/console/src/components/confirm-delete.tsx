import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { appTexts } from '../texts/app.ts';
import { describeError } from './describe-error.ts';

interface ConfirmDeleteProps {
  readonly visible: boolean;
  /** The question with the exact count: "Delete 12 assets?" */
  readonly header: string;
  /** What it means, and whether it can be undone. */
  readonly children: ReactNode;
  /** The verb of the button: "Delete 12 assets". */
  readonly confirm: string;
  /** The dialog stays open, with the error, if it throws. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onDismiss: () => void;
}

/** Asks before something is destroyed that cannot be undone with one click. */
export function ConfirmDelete(props: ConfirmDeleteProps) {
  const { visible, header, children, confirm, onConfirm, onDismiss } = props;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const dismiss = () => {
    setError(undefined);
    onDismiss();
  };
  const act = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onDismiss();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      visible={visible}
      header={header}
      onDismiss={dismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={dismiss}>
              {appTexts.cancel}
            </Button>
            <Button variant="primary" loading={isBusy} onClick={() => void act()}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {error !== undefined && <Alert type="error">{describeError(error)}</Alert>}
      </SpaceBetween>
    </Modal>
  );
}
