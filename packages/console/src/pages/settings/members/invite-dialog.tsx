import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import type { Role } from '../../../session/company.tsx';
import { memberTexts as texts } from '../../../texts/members.ts';
import { RoleField } from './role-field.tsx';

/** Adds a person. What was typed stays if the API refuses it. */
export function InviteDialog({ onDismiss }: { onDismiss: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('user');
  const [hasTried, setTried] = useState(false);
  const invite = useChange('inviteMember', ['settings']);
  const { notify } = useNotifications();
  const isValid = /^\S+@\S+$/.test(email.trim());

  async function submit() {
    const { mailed } = await invite.mutateAsync({
      body: { email: email.trim(), role, ...(name.trim() && { name: name.trim() }) },
    });
    notify({ type: 'success', header: texts.invited(name.trim() || email.trim(), mailed) });
  }

  return (
    <FormDialog
      header={texts.inviteHeader}
      button={texts.inviteConfirm}
      isValid={isValid}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {texts.inviteText}
      <FormField label={texts.email} errorText={hasTried && !isValid ? texts.emailRequired : undefined}>
        <Input value={email} type="email" autoFocus onChange={({ detail }) => setEmail(detail.value)} />
      </FormField>
      <FormField label={texts.name} constraintText={texts.nameHint}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}
