import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import type { TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Time } from '../../../components/time.tsx';
import { useCompany } from '../../../session/company.tsx';
import { appTexts } from '../../../texts/app.ts';
import { memberTexts as texts } from '../../../texts/members.ts';
import { SettingsTable } from '../settings-table.tsx';
import { type Member, type MemberAction, nameOfMember } from './member.ts';

/** Rows that are shown at first: a company has up to 1,000 members. */
const pageSize = 100;

interface MemberTableProps {
  /** Undefined while they are loaded. */
  readonly members: readonly Member[] | undefined;
  readonly onInvite: () => void;
  readonly onAction: (action: MemberAction, member: Member) => void;
}

/** All people of the company, found by name or address. */
export function MemberTable({ members, onInvite, onAction }: MemberTableProps) {
  const { subject: own } = useCompany();
  const [params, setParams] = useSearchParams();
  const [limit, setLimit] = useState(pageSize);
  const text = params.get('q') ?? '';
  const setText = (value: string) => setParams(value ? { q: value } : {}, { replace: true });
  const matching = (members ?? [])
    .filter(({ name = '', email = '' }) =>
      `${name} ${email}`.toLowerCase().includes(text.trim().toLowerCase()),
    )
    .toSorted((one, other) => nameOfMember(one).localeCompare(nameOfMember(other)));
  const columns: TableProps.ColumnDefinition<Member>[] = [
    {
      id: 'name',
      header: texts.columns.name,
      isRowHeader: true,
      minWidth: 150,
      cell: (member) => (
        <>
          {nameOfMember(member)}
          {member.subject === own && ` (${appTexts.you})`}
          {member.email && member.email !== nameOfMember(member) && (
            <Box color="text-body-secondary" fontSize="body-s">
              {member.email}
            </Box>
          )}
        </>
      ),
    },
    { id: 'role', header: texts.columns.role, cell: ({ role }) => appTexts.roles[role] },
    {
      id: 'added',
      header: texts.columns.added,
      minWidth: 160,
      cell: ({ added }) => (added ? <Time at={added} /> : texts.unknown),
    },
    {
      id: 'actions',
      header: texts.columns.actions,
      cell: (member) => (
        <ButtonDropdown
          variant="icon"
          expandToViewport
          ariaLabel={texts.actionsOf(nameOfMember(member))}
          items={[
            { id: 'edit', text: texts.edit },
            { id: 'login', text: texts.login },
            { id: 'remove', text: texts.remove },
          ]}
          onItemClick={({ detail }) => onAction(detail.id as MemberAction, member)}
        />
      ),
    },
  ];
  return (
    <SettingsTable
      items={matching.slice(0, limit)}
      columnDefinitions={columns}
      trackBy="subject"
      texts={texts}
      isLoading={members === undefined}
      counter={members && texts.count(members.length)}
      add={{ text: texts.invite, onClick: onInvite }}
      actions={
        <Button variant="primary" onClick={onInvite}>
          {texts.invite}
        </Button>
      }
      filter={
        <TextFilter
          filteringText={text}
          filteringAriaLabel={texts.filter}
          filteringPlaceholder={texts.filterPlaceholder}
          onChange={({ detail }) => setText(detail.filteringText)}
        />
      }
      empty={
        text && (
          <EmptyState
            title={texts.noMatch}
            description={texts.noMatchDescription}
            action={<Button onClick={() => setText('')}>{texts.clear}</Button>}
          />
        )
      }
      footer={
        matching.length > limit && (
          <Box textAlign="center">
            <Button onClick={() => setLimit(limit + pageSize)}>{texts.showMore}</Button>
          </Box>
        )
      }
    />
  );
}
