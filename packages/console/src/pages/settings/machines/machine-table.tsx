import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { Time } from '../../../components/time.tsx';
import { appTexts } from '../../../texts/app.ts';
import { machineTexts } from '../../../texts/machines.ts';
import { EditMemberDialog } from '../members/edit-member-dialog.tsx';
import { type Member, nameOfMember } from '../members/member.ts';
import { RemoveMemberDialog } from '../members/remove-member-dialog.tsx';
import { type Credentials, OnceShownDialog } from '../once-shown-dialog.tsx';
import { SettingsTable } from '../settings-table.tsx';
import { AddMachineDialog } from './add-machine-dialog.tsx';
import { RotateSecretDialog } from './rotate-secret-dialog.tsx';

const texts = machineTexts.machines;

type Action = 'edit' | 'rotate' | 'remove';

/** Machines with their roles. Their secrets are shown once, when they are made. */
export function MachineTable() {
  const members = useRead('settings', 'listMembers');
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ readonly action: Action; readonly machine: Member }>();
  const [credentials, setCredentials] = useState<Credentials>();
  const machines = members.data?.items.filter(({ kind }) => kind === 'machine') ?? [];
  const dismiss = () => setOpen(undefined);
  const add = () => setAdding(true);
  if (members.error && !members.data) return <QueryError query={members} />;
  return (
    <>
      <SettingsTable
        items={machines}
        trackBy="subject"
        texts={texts}
        isLoading={members.isPending}
        counter={machineTexts.count(machines.length)}
        add={{ text: texts.add, onClick: add }}
        columnDefinitions={[
          {
            id: 'name',
            header: texts.columns.name,
            isRowHeader: true,
            minWidth: 140,
            cell: (one) => nameOfMember(one),
          },
          {
            id: 'subject',
            header: texts.columns.subject,
            minWidth: 160,
            cell: ({ subject }) => <code>{subject}</code>,
          },
          { id: 'role', header: texts.columns.role, cell: ({ role }) => appTexts.roles[role] },
          {
            id: 'added',
            header: texts.columns.added,
            minWidth: 160,
            cell: ({ added }) => added && <Time at={added} />,
          },
          {
            id: 'actions',
            header: texts.columns.actions,
            cell: (machine) => (
              <ButtonDropdown
                variant="icon"
                expandToViewport
                ariaLabel={machineTexts.actionsOf(nameOfMember(machine))}
                items={[
                  { id: 'edit', text: texts.edit },
                  { id: 'rotate', text: texts.rotate },
                  { id: 'remove', text: texts.remove },
                ]}
                onItemClick={({ detail }) => setOpen({ action: detail.id as Action, machine })}
              />
            ),
          },
        ]}
      />
      {isAdding && <AddMachineDialog onAdded={setCredentials} onDismiss={() => setAdding(false)} />}
      {open?.action === 'edit' && <EditMemberDialog member={open.machine} onDismiss={dismiss} />}
      {open?.action === 'remove' && <RemoveMemberDialog member={open.machine} onDismiss={dismiss} />}
      {open?.action === 'rotate' && (
        <RotateSecretDialog machine={open.machine} onRotated={setCredentials} onDismiss={dismiss} />
      )}
      {credentials && <OnceShownDialog {...credentials} onDismiss={() => setCredentials(undefined)} />}
    </>
  );
}
