import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { appTexts } from '../texts/app.ts';

interface ConflictDialogProps {
  readonly visible: boolean;
  /** What the person wanted to save. */
  readonly yours: ReactNode;
  /** What is stored now. */
  readonly theirs: ReactNode;
  /** Saves again, with the ETag of the current version. */
  readonly onKeepYours: () => void;
  /** Shows the current version in the form. */
  readonly onTakeTheirs: () => void;
  readonly onDismiss: () => void;
}

/** After a change with If-Match that the API refused with 412: shows both versions. */
export function ConflictDialog(props: ConflictDialogProps) {
  const texts = appTexts.conflict;
  return (
    <Modal
      visible={props.visible}
      size="large"
      header={texts.header}
      onDismiss={props.onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={props.onTakeTheirs}>{texts.takeTheirs}</Button>
            <Button variant="primary" onClick={props.onKeepYours}>
              {texts.keepYours}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {texts.description}
        <ColumnLayout columns={2} borders="vertical">
          <section aria-label={texts.yours}>
            <Box variant="h3">{texts.yours}</Box>
            {props.yours}
          </section>
          <section aria-label={texts.theirs}>
            <Box variant="h3">{texts.theirs}</Box>
            {props.theirs}
          </section>
        </ColumnLayout>
      </SpaceBetween>
    </Modal>
  );
}
