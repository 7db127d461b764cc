import { describe, expect, it } from 'vitest';
import { maxQueueDelay, queueDelayUntil } from '../../../domain/notifications/notification-message.ts';
import { afterAttempt, isAttemptDue } from '../../../domain/notifications/webhook-attempts.ts';

const at = '2026-11-24T09:00:00.000Z';
const next = '2026-11-24T09:05:00.000Z';

describe('A try', () => {
  it.each([
    ['the first, of a job that has just ended', undefined, undefined, true],
    ['none, for a later message whose try was never recorded', undefined, next, false],
    ['none, where the end is told a second time', afterAttempt(1, at, retry()), undefined, false],
    ['the one that is due', afterAttempt(1, at, retry()), next, true],
    ['none, for a message of another try', afterAttempt(1, at, retry()), at, false],
    ['none, once it was received', afterAttempt(1, at, { decision: 'delivered' }), next, false],
    [
      'none, once it was given up',
      afterAttempt(10, at, { decision: 'given-up', because: '' }),
      undefined,
      false,
    ],
    ['none, once no more is wanted', afterAttempt(2, at, { decision: 'disable', because: '' }), next, false],
  ])('is %s', (_, tries, due, expected) => {
    expect(isAttemptDue(tries, due)).toBe(expected);
  });

  it('is kept with what came of it, and when the next one is due', () => {
    expect(afterAttempt(1, at, retry())).toEqual({ made: 1, last: at, decision: 'retry', next });
    expect(afterAttempt(2, at, { decision: 'delivered' })).toEqual({
      made: 2,
      last: at,
      decision: 'delivered',
    });
  });
});

describe('A message', () => {
  it.each([
    ['is held back until it is due', next, 300],
    ['arrives within the second where that is a part of one', '2026-11-24T09:00:00.001Z', 1],
    ['goes on by hops where SQS cannot hold it for that long', '2026-11-25T09:00:00.000Z', maxQueueDelay],
    ['is not held back once it is due', at, 0],
    ['nor where it comes late', '2026-11-23T09:00:00.000Z', 0],
  ])('%s', (_, due, seconds) => {
    expect(queueDelayUntil(due, at)).toBe(seconds);
  });
});

function retry() {
  return { decision: 'retry', at: next, because: '' } as const;
}
