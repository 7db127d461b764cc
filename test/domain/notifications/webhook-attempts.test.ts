import { describe, expect, it } from 'vitest';
import { maxQueueDelay, queueDelayUntil } from '../../../domain/notifications/notification-message.ts';
import { afterAttempt, isAttemptDue } from '../../../domain/notifications/webhook-attempts.ts';

const at = '2026-11-24T09:00:00.000Z';
const next = '2026-11-24T09:05:00.000Z';

describe('an attempt', () => {
  it.each([
    ['made when the job has finished', undefined, undefined, true],
    ['not made for a later message whose attempt was never recorded', undefined, next, false],
    ['not made for a duplicate of the first message', afterAttempt(1, at, retry()), undefined, false],
    ['made when it is due', afterAttempt(1, at, retry()), next, true],
    ['not made for a message of another attempt', afterAttempt(1, at, retry()), at, false],
    [
      'not made after the notification was received',
      afterAttempt(1, at, { decision: 'delivered' }),
      next,
      false,
    ],
    [
      'none, once it was given up',
      afterAttempt(10, at, { decision: 'given-up', because: '' }),
      undefined,
      false,
    ],
    [
      'not made after the receiver disabled the notification',
      afterAttempt(2, at, { decision: 'disable', because: '' }),
      next,
      false,
    ],
  ])('is %s', (_, attempts, due, expected) => {
    expect(isAttemptDue(attempts, due)).toBe(expected);
  });

  it('is recorded with its decision and the time of the next attempt', () => {
    expect(afterAttempt(1, at, retry())).toEqual({ made: 1, last: at, decision: 'retry', next });
    expect(afterAttempt(2, at, { decision: 'delivered' })).toEqual({
      made: 2,
      last: at,
      decision: 'delivered',
    });
  });
});

describe('a message', () => {
  it.each([
    ['is delayed until it is due', next, 300],
    ['is delayed by a whole second if it is due within a fraction of one', '2026-11-24T09:00:00.001Z', 1],
    [
      'is delayed several times if SQS cannot delay it for that long',
      '2026-11-25T09:00:00.000Z',
      maxQueueDelay,
    ],
    ['is not delayed if it is due', at, 0],
    ['is not delayed if it is late', '2026-11-23T09:00:00.000Z', 0],
  ])('%s', (_, due, seconds) => {
    expect(queueDelayUntil(due, at)).toBe(seconds);
  });
});

function retry() {
  return { decision: 'retry', at: next, because: '' } as const;
}
