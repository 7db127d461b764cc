import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useMemberNames } from '../../../api/use-member-names.ts';
import { usePages } from '../../../api/use-pages.ts';
import { useRead } from '../../../api/use-read.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { hasRole, useCompany } from '../../../session/company.tsx';
import { memberTexts as texts } from '../../../texts/members.ts';
import { type Member, nameOfMember } from './member.ts';

interface RemoveMemberDialogProps {
  readonly member: Member;
  readonly onDismiss: () => void;
}

/** Removes a person, a machine or a trust rule, and asks who gets what is theirs. */
export function RemoveMemberDialog({ member, onDismiss }: RemoveMemberDialogProps) {
  const { subject: own } = useCompany();
  const isOwn = member.subject === own;
  const members = useRead('settings', 'listMembers');
  const schedules = usePages('schedules', 'listSchedules', { query: { limit: 100 } });
  const remove = useChange('removeMember', ['settings', 'schedules', 'jobs']);
  const queries = useQueryClient();
  const nameOf = useMemberNames();
  const { notify } = useNotifications();
  const name = nameOfMember(member);
  // Viewers may own neither jobs nor schedules.
  const successors = (members.data?.items ?? []).filter(
    ({ subject, role }) => subject !== member.subject && hasRole(role, 'user'),
  );
  const [chosen, setChosen] = useState<string>();
  const successor = chosen ?? (isOwn ? successors.find(({ role }) => role === 'admin')?.subject : own);
  const option = (subject: string) => ({ value: subject, label: nameOf(subject) });
  const isCounted = schedules.data !== undefined && !schedules.hasNextPage;
  const count = schedules.items.filter(({ submittedBy }) => submittedBy === member.subject).length;
  const removal = { person: texts.removeText, machine: texts.removeMachine, 'trust-rule': texts.removeRule };

  async function confirm() {
    const given = await remove.mutateAsync({
      params: { subject: member.subject },
      query: successor === undefined ? {} : { successor },
    });
    const header = texts.removed(name, given.schedules.length, given.jobs.length, nameOf(given.successor));
    notify({ type: 'success', header });
    if (isOwn) await queries.invalidateQueries({ queryKey: ['me'] });
  }

  return (
    <ConfirmDelete
      visible
      header={texts.removeHeader(name)}
      confirm={texts.removeConfirm}
      onConfirm={confirm}
      onDismiss={onDismiss}
    >
      {removal[member.kind](name)}
      {isOwn && <Alert type="warning">{texts.removeOwn}</Alert>}
      <FormField label={texts.successor} constraintText={isCounted ? texts.given(count) : texts.givenUnknown}>
        <Select
          selectedOption={successor === undefined ? null : option(successor)}
          options={successors.map(({ subject }) => option(subject))}
          filteringType="auto"
          onChange={({ detail }) => setChosen(detail.selectedOption.value)}
        />
      </FormField>
    </ConfirmDelete>
  );
}
