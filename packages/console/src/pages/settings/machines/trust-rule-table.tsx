import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { appTexts } from '../../../texts/app.ts';
import { machineTexts } from '../../../texts/machines.ts';
import { EditMemberDialog } from '../members/edit-member-dialog.tsx';
import { type Member, nameOfMember } from '../members/member.ts';
import { RemoveMemberDialog } from '../members/remove-member-dialog.tsx';
import { SettingsTable } from '../settings-table.tsx';
import { AddTrustRuleDialog } from './add-trust-rule-dialog.tsx';

const texts = machineTexts.rules;

type Action = 'edit' | 'remove';

/** Whose tokens are accepted, with which role. */
export function TrustRuleTable() {
  const rules = useRead('settings', 'listTrustRules');
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ readonly action: Action; readonly rule: Member }>();
  const items = rules.data?.items ?? [];
  const dismiss = () => setOpen(undefined);
  const add = () => setAdding(true);
  if (rules.error && !rules.data) return <QueryError query={rules} />;
  return (
    <>
      <SettingsTable
        items={items}
        trackBy="subject"
        texts={texts}
        isLoading={rules.isPending}
        counter={machineTexts.count(items.length)}
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
            id: 'match',
            header: texts.columns.match,
            minWidth: 220,
            cell: ({ issuer, audience, subjectPattern }) => (
              <>
                <code>{subjectPattern}</code>
                <Box color="text-body-secondary" fontSize="body-s">
                  {issuer} · {audience}
                </Box>
              </>
            ),
          },
          { id: 'role', header: texts.columns.role, cell: ({ role }) => appTexts.roles[role] },
          {
            id: 'actions',
            header: texts.columns.actions,
            cell: (rule) => (
              <ButtonDropdown
                variant="icon"
                expandToViewport
                ariaLabel={machineTexts.actionsOf(nameOfMember(rule))}
                items={[
                  { id: 'edit', text: machineTexts.machines.edit },
                  { id: 'remove', text: machineTexts.machines.remove },
                ]}
                onItemClick={({ detail }) => setOpen({ action: detail.id as Action, rule })}
              />
            ),
          },
        ]}
      />
      {isAdding && <AddTrustRuleDialog onDismiss={() => setAdding(false)} />}
      {open?.action === 'edit' && <EditMemberDialog member={open.rule} onDismiss={dismiss} />}
      {open?.action === 'remove' && <RemoveMemberDialog member={open.rule} onDismiss={dismiss} />}
    </>
  );
}
