import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { FormDialog } from '../../../components/form-dialog.tsx';
import type { Role } from '../../../session/company.tsx';
import { machineTexts } from '../../../texts/machines.ts';
import { RoleField } from '../members/role-field.tsx';
import type { Credentials } from '../once-shown-dialog.tsx';

const texts = machineTexts.machines;

interface AddMachineDialogProps {
  readonly onAdded: (credentials: Credentials) => void;
  readonly onDismiss: () => void;
}

/** Adds a machine, and hands over its credentials, which no other response has. */
export function AddMachineDialog({ onAdded, onDismiss }: AddMachineDialogProps) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('user');
  const [hasTried, setTried] = useState(false);
  const create = useChange('createMachine', ['settings']);

  async function submit() {
    const { subject, secret, tokenUrl, scope } = await create.mutateAsync({
      body: { name: name.trim(), role },
    });
    onAdded({
      header: texts.added,
      values: [
        { label: texts.clientId, value: subject },
        { label: texts.secret, value: secret },
        { label: texts.tokenUrl, value: tokenUrl },
        { label: texts.scope, value: scope },
      ],
    });
  }

  return (
    <FormDialog
      header={texts.addHeader}
      button={texts.addConfirm}
      isValid={name.trim() !== ''}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      <FormField
        label={machineTexts.name}
        errorText={hasTried && name.trim() === '' ? machineTexts.required : undefined}
      >
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}
