import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { scheduleKey } from '../keys.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

export interface ScheduleNotificationStore {
  /**
   * Disables the notifications that a schedule's jobs send to this URL, until a member sets the notification again, and
   * puts a warning on the schedule. Does nothing if the schedule does not exist or has another URL now.
   * @param warning the text that members see
   */
  disableNotification(
    schedule: { readonly company: string; readonly id: string },
    url: string,
    off: { readonly at: string; readonly because: string },
    warning: string,
  ): Promise<void>;
}

export function scheduleNotificationStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
): ScheduleNotificationStore {
  return {
    async disableNotification({ company, id }, url, off, warning) {
      const update = updateOf(tableName, {
        key: scheduleKey(company, id),
        // `off` is part of the options that the schedule passes to its jobs, and disappears when those are replaced.
        set: { 'job.notification.off': off, warning },
        add: { version: 1 },
        when: { 'job.notification.url': url, 'job.notification.off': undefined },
      });
      await conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
    },
  };
}
