import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { EditMemberDialog } from './edit-member-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LoginDialog } from './login-dialog.tsx';
import type { Member, MemberAction } from './member.ts';
import { MemberTable } from './member-table.tsx';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';

/** The people of the company: invite them, change their roles, help with their logins, remove them. */
export default function MembersSection() {
  const members = useRead('settings', 'listMembers');
  const [isInviting, setInviting] = useState(false);
  const [open, setOpen] = useState<{ readonly action: MemberAction; readonly member: Member }>();
  const dismiss = () => setOpen(undefined);
  if (members.error && !members.data) return <QueryError query={members} />;
  return (
    <>
      <MemberTable
        members={members.data?.items.filter(({ kind }) => kind === 'person')}
        onInvite={() => setInviting(true)}
        onAction={(action, member) => setOpen({ action, member })}
      />
      {isInviting && <InviteDialog onDismiss={() => setInviting(false)} />}
      {open?.action === 'edit' && <EditMemberDialog member={open.member} onDismiss={dismiss} />}
      {open?.action === 'login' && <LoginDialog member={open.member} onDismiss={dismiss} />}
      {open?.action === 'remove' && <RemoveMemberDialog member={open.member} onDismiss={dismiss} />}
    </>
  );
}
