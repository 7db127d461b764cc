import Checkbox from '@cloudscape-design/components/checkbox';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { machineTexts } from '../../../texts/machines.ts';
import { type Member, nameOfMember } from '../members/member.ts';
import type { Credentials } from '../once-shown-dialog.tsx';

const texts = machineTexts.machines;

interface RotateSecretDialogProps {
  readonly machine: Member;
  readonly onRotated: (credentials: Credentials) => void;
  readonly onDismiss: () => void;
}

/** Makes a new secret of a machine. Whether the current one ends is the choice of the admin. */
export function RotateSecretDialog({ machine, onRotated, onDismiss }: RotateSecretDialogProps) {
  const [endPrevious, setEndPrevious] = useState(false);
  const rotate = useChange('rotateMachineSecret', ['settings']);
  const name = nameOfMember(machine);

  async function submit() {
    const params = { subject: machine.subject };
    const { secret } = await rotate.mutateAsync({ params, body: { endPrevious } });
    onRotated({
      header: texts.rotated(name),
      values: [
        { label: texts.clientId, value: machine.subject },
        { label: texts.secret, value: secret },
      ],
    });
  }

  return (
    <FormDialog
      header={texts.rotateHeader(name)}
      button={texts.rotate}
      isValid
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {texts.rotateText}
      <Checkbox
        checked={endPrevious}
        description={texts.endPreviousHint}
        onChange={({ detail }) => setEndPrevious(detail.checked)}
      >
        {texts.endPrevious}
      </Checkbox>
    </FormDialog>
  );
}
