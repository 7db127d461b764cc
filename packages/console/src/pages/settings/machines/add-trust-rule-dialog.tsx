import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import type { Role } from '../../../session/company.tsx';
import { machineTexts } from '../../../texts/machines.ts';
import { RoleField } from '../members/role-field.tsx';

const texts = machineTexts.rules;

const fields = [
  { name: 'name', label: machineTexts.name, hint: undefined },
  { name: 'issuer', label: texts.issuer, hint: texts.issuerHint },
  { name: 'audience', label: texts.audience, hint: undefined },
  { name: 'subjectPattern', label: texts.subject, hint: texts.subjectHint },
] as const;

type Values = Readonly<Record<(typeof fields)[number]['name'], string>>;

/** Accepts the tokens of another issuer. What was typed stays if the API refuses it. */
export function AddTrustRuleDialog({ onDismiss }: { onDismiss: () => void }) {
  const [typed, setTyped] = useState<Values>({ name: '', issuer: '', audience: '', subjectPattern: '' });
  const [role, setRole] = useState<Role>('user');
  const [hasTried, setTried] = useState(false);
  const create = useChange('createTrustRule', ['settings']);
  const { notify } = useNotifications();
  const isMissing = (name: keyof Values) => typed[name].trim() === '';

  async function submit() {
    const { name, issuer, audience, subjectPattern } = typed;
    await create.mutateAsync({
      body: {
        name: name.trim(),
        role,
        issuer: issuer.trim(),
        audience: audience.trim(),
        subjectPattern: subjectPattern.trim(),
      },
    });
    notify({ type: 'success', header: texts.added(name.trim()) });
  }

  return (
    <FormDialog
      header={texts.addHeader}
      button={texts.addConfirm}
      isValid={!fields.some(({ name }) => isMissing(name))}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {texts.addText}
      {fields.map(({ name, label, hint }) => (
        <FormField
          key={name}
          label={label}
          constraintText={hint}
          errorText={hasTried && isMissing(name) ? machineTexts.required : undefined}
        >
          <Input
            value={typed[name]}
            autoFocus={name === 'name'}
            spellcheck={false}
            onChange={({ detail }) => setTyped((before) => ({ ...before, [name]: detail.value }))}
          />
        </FormField>
      ))}
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}
