import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { scheduleKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

export interface ScheduleNotificationStore {
  /**
   * Turns off what a schedule's jobs send to this URL, until somebody sets it anew, and says so on the schedule. One
   * that is gone, or has another URL by now, is left alone.
   * @param warning to be shown
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
      try {
        await retryConflicts(() =>
          documents.send(
            new UpdateCommand({
              TableName: tableName,
              Key: scheduleKey(company, id),
              // It lies within what the schedule hands on to its jobs, and goes when that is replaced.
              UpdateExpression:
                'SET #job.#notification.#off = :off, #warning = :warning, #version = #version + :one',
              ConditionExpression:
                '#job.#notification.#url = :url AND attribute_not_exists(#job.#notification.#off)',
              ExpressionAttributeNames: {
                '#job': 'job',
                '#notification': 'notification',
                '#off': 'off',
                '#url': 'url',
                '#warning': 'warning',
                '#version': 'version',
              },
              ExpressionAttributeValues: { ':off': off, ':warning': warning, ':url': url, ':one': 1 },
            }),
          ),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}
