import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { OperationBody } from '@pressroom/client/create-client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { hasRole, useCompany } from '../../../session/company.tsx';
import { memberTexts as texts } from '../../../texts/members.ts';
import { type Member, nameOfMember } from './member.ts';
import { RoleField } from './role-field.tsx';

interface EditMemberDialogProps {
  readonly member: Member;
  readonly onDismiss: () => void;
}

/** Changes the role and the name of a member. It can be undone, but by those who lowered their own role. */
export function EditMemberDialog({ member, onDismiss }: EditMemberDialogProps) {
  const { subject: own } = useCompany();
  const [role, setRole] = useState(member.role);
  const [name, setName] = useState(member.name ?? '');
  const [hasTried, setTried] = useState(false);
  const edit = useChange('editMember', ['settings']);
  const queries = useQueryClient();
  const { notify, notifyError } = useNotifications();
  const isOwn = member.subject === own;
  const isLower = !hasRole(role, member.role);
  // A name can be changed but not removed.
  const isNameMissing = member.name !== undefined && !name.trim();
  const params = { subject: member.subject };

  async function submit() {
    const body: OperationBody<'editMember'> = {
      ...(role !== member.role && { role }),
      ...(name.trim() !== (member.name ?? '') && { name: name.trim() }),
    };
    if (Object.keys(body).length === 0) return;
    const { role: isRoleChanged, name: isNameChanged } = body;
    await edit.mutateAsync({ params, body });
    const before: OperationBody<'editMember'> = {
      ...(isRoleChanged && { role: member.role }),
      ...(isNameChanged && member.name && { name: member.name }),
    };
    const mayUndo = Object.keys(before).length > 0 && !(isOwn && isLower);
    notify({
      type: 'success',
      header: texts.edited(nameOfMember(member)),
      ...(mayUndo && {
        undo: async () => {
          try {
            await edit.mutateAsync({ params, body: before });
          } catch (error) {
            notifyError(texts.notEdited(nameOfMember(member)), error);
          }
        },
      }),
    });
    // The console shows what the new role may do.
    if (isOwn) await queries.invalidateQueries({ queryKey: ['me'] });
  }

  return (
    <FormDialog
      header={texts.editHeader(nameOfMember(member))}
      button={texts.editConfirm}
      isValid={!isNameMissing}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      <FormField label={texts.name} errorText={hasTried && isNameMissing ? texts.nameRequired : undefined}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <RoleField role={role} onChange={setRole} />
      {isLower && <Alert type="warning">{isOwn ? texts.ownRole : texts.lowerRole}</Alert>}
    </FormDialog>
  );
}
