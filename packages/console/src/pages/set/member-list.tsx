import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Input from '@cloudscape-design/components/input';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useNotifications } from '../../app/notifications.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { setTexts as texts } from '../../texts/set.ts';
import { type DraftMember, moved } from './set-draft.ts';
import './set.css';

interface MemberListProps {
  readonly members: readonly DraftMember[];
  /** A spin set with two dimensions has rows. */
  readonly hasRows: boolean;
  readonly onChange: (change: (before: readonly DraftMember[]) => readonly DraftMember[]) => void;
}

function Problem({ member: { type, trashed, published } }: { member: DraftMember }) {
  if (type === undefined) return <StatusIndicator type="error">{texts.missing}</StatusIndicator>;
  if (trashed) return <StatusIndicator type="error">{texts.trashed}</StatusIndicator>;
  return published ? null : <StatusIndicator type="warning">{texts.unpublished}</StatusIndicator>;
}

/** The members in their order: dragged, or moved with the arrows. */
export function MemberList({ members, hasRows, onChange }: MemberListProps) {
  const { notify } = useNotifications();
  const [dragged, setDragged] = useState<string>();
  if (members.length === 0) return <EmptyState title={texts.empty} description={texts.emptyDescription} />;

  const change = (key: string, values: Partial<DraftMember>) =>
    onChange((before) => before.map((one) => (one.key === key ? { ...one, ...values } : one)));

  function remove(member: DraftMember, index: number) {
    onChange((before) => before.filter(({ key }) => key !== member.key));
    notify({
      type: 'info',
      header: texts.removed(member.id),
      undo: () => onChange((before) => before.toSpliced(index, 0, member)),
    });
  }

  return (
    <ol className="members">
      {members.map((member, index) => (
        <li
          key={member.key}
          draggable
          data-dragged={dragged === member.key}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move';
            setDragged(member.key);
          }}
          onDragOver={(event) => {
            if (dragged === undefined || dragged === member.key) return;
            event.preventDefault();
            onChange((before) =>
              moved(
                before,
                before.findIndex(({ key }) => key === dragged),
                before.findIndex(({ key }) => key === member.key),
              ),
            );
          }}
          onDragEnd={() => setDragged(undefined)}
        >
          <span className="member-picture">
            <Thumbnail asset={member} alt="" />
          </span>
          <div>
            <b className="member-id">{member.id}</b>
            <Box color="text-body-secondary" fontSize="body-s">
              {member.type && assetTypeTexts[member.type]}
            </Box>
            <Problem member={member} />
          </div>
          <Input
            ariaLabel={texts.memberLabel(member.id)}
            placeholder={texts.memberLabel(member.id)}
            value={member.label ?? ''}
            onChange={({ detail }) => change(member.key, { label: detail.value })}
          />
          {hasRows && (
            <Input
              type="number"
              ariaLabel={texts.row(member.id)}
              placeholder={texts.rowHint}
              value={member.row === undefined ? '' : String(member.row)}
              onChange={({ detail }) => {
                const { row: _, ...others } = member;
                onChange((before) =>
                  before.map((one) => {
                    if (one.key !== member.key) return one;
                    return detail.value === '' ? others : { ...others, row: Number(detail.value) };
                  }),
                );
              }}
            />
          )}
          <span className="member-actions">
            <Button
              variant="icon"
              iconName="angle-up"
              formAction="none"
              ariaLabel={texts.up(member.id)}
              disabled={index === 0}
              onClick={() => onChange((before) => moved(before, index, index - 1))}
            />
            <Button
              variant="icon"
              iconName="angle-down"
              formAction="none"
              ariaLabel={texts.down(member.id)}
              disabled={index === members.length - 1}
              onClick={() => onChange((before) => moved(before, index, index + 1))}
            />
            <Button
              variant="icon"
              iconName="remove"
              formAction="none"
              ariaLabel={texts.remove(member.id)}
              onClick={() => remove(member, index)}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
