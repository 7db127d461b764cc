import { useChange } from '../../api/use-change.ts';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { scheduledTexts as texts } from '../../texts/publish.ts';
import type { Schedule } from '../publish/job-draft.ts';

/** Asks before a schedule is deleted. */
export function DeleteSchedule({ schedule, onDismiss }: { schedule: Schedule; onDismiss: () => void }) {
  const remove = useChange('deleteSchedule', ['schedules']);
  return (
    <ConfirmDelete
      visible
      header={texts.deleteHeader}
      confirm={texts.deleteConfirm}
      onConfirm={() => remove.mutateAsync({ params: { id: schedule.id } })}
      onDismiss={onDismiss}
    >
      {texts.deleteText(schedule.name)}
    </ConfirmDelete>
  );
}
