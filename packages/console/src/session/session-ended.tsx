import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useState } from 'react';
import { appTexts } from '../texts/app.ts';
import { useHasEnded, useSession } from './session-context.tsx';

/** Asks for another sign-in above the page, which keeps what was typed and sends it afterwards. */
export function SessionEnded() {
  const session = useSession();
  const hasEnded = useHasEnded();
  const [isWaiting, setWaiting] = useState(false);
  const texts = appTexts.sessionEnded;
  // Made when it is shown: a dialog is above those that were made before it.
  if (!hasEnded) return null;
  const signIn = () => {
    setWaiting(true);
    // A window that was closed leaves the session ended: the button can be pressed again.
    session.signInAgain().then(
      () => setWaiting(false),
      () => setWaiting(false),
    );
  };
  return (
    <Modal
      visible
      header={texts.header}
      disableContentPaddings={false}
      footer={
        <Box float="right">
          <Button variant="primary" loading={isWaiting} onClick={signIn}>
            {texts.signIn}
          </Button>
        </Box>
      }
    >
      {texts.description}
    </Modal>
  );
}
