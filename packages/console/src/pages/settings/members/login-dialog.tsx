import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useRead } from '../../../api/use-read.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { Skeleton } from '../../../components/skeleton.tsx';
import { memberTexts as texts } from '../../../texts/members.ts';
import { type Member, nameOfMember } from './member.ts';

const actions = ['resend', 'resetPassword', 'resetMfa'] as const;
type Action = (typeof actions)[number];

/** What makes sense for a login in this state. */
const actionsOf = {
  invited: ['resend'],
  active: ['resetPassword', 'resetMfa'],
  'password-reset': ['resetPassword', 'resetMfa'],
  external: [],
  disabled: [],
} as const satisfies Readonly<Record<string, readonly Action[]>>;

interface LoginDialogProps {
  readonly member: Member;
  readonly onDismiss: () => void;
}

/** The state of a login, and what an admin can do for somebody who cannot sign in. Each asks before. */
export function LoginDialog({ member, onDismiss }: LoginDialogProps) {
  const params = { subject: member.subject };
  const read = useRead('settings', 'readMember', { params });
  const resend = useChange('resendInvitation', ['settings']);
  const resetPassword = useChange('resetPassword', ['settings']);
  const resetMfa = useChange('resetMfa', ['settings']);
  const { notify } = useNotifications();
  const [action, setAction] = useState<Action>();
  const name = nameOfMember(member);
  const address = member.email ?? texts.unknown;
  const login = read.data?.login;
  const change = { resend, resetPassword, resetMfa };
  const what = {
    resend: { text: texts.resendText(address), done: texts.resent(name) },
    resetPassword: { text: texts.resetPasswordText(address), done: texts.passwordReset(name) },
    resetMfa: { text: texts.resetMfaText, done: texts.mfaReset(name) },
  };

  if (action)
    return (
      <ConfirmDelete
        visible
        header={texts.confirmHeader(texts[action], name)}
        confirm={texts[action]}
        onConfirm={async () => {
          await change[action].mutateAsync({ params });
          notify({ type: 'success', header: what[action].done });
        }}
        onDismiss={() => setAction(undefined)}
      >
        {what[action].text}
      </ConfirmDelete>
    );
  return (
    <Modal visible header={`${texts.login}: ${name}`} onDismiss={onDismiss}>
      {read.error && !read.data && <QueryError query={read} />}
      {read.isPending && <Skeleton rows={2} />}
      {read.data && (
        <SpaceBetween size="m">
          <StatusIndicator type={login === 'active' || login === 'external' ? 'success' : 'pending'}>
            {login ? texts.logins[login] : texts.noLogin}
          </StatusIndicator>
          {member.email && <Box color="text-body-secondary">{member.email}</Box>}
          {login && actionsOf[login].length > 0 && (
            <SpaceBetween direction="horizontal" size="xs">
              {actionsOf[login].map((one) => (
                <Button key={one} onClick={() => setAction(one)}>
                  {texts[one]}
                </Button>
              ))}
            </SpaceBetween>
          )}
        </SpaceBetween>
      )}
    </Modal>
  );
}
