import { describe, expect, it } from 'vitest';
import type { AttemptDecision } from '../../../domain/notifications/attempt-decision.ts';
import { maxQueueDelay, queueDelayUntil } from '../../../domain/notifications/notification-message.ts';
import {
  afterAttempt,
  type Delivery,
  isAskedAgain,
  isAttemptDue,
  toDelivery,
} from '../../../domain/notifications/webhook-attempts.ts';

const delivery: Delivery = {
  jobName: 'Autumn',
  user: 'bea',
  submittedBy: 'ann',
  url: 'https://hooks.example.com/…',
  milliseconds: 7,
};
const recorded = (made: number, when: string, decided: AttemptDecision) =>
  afterAttempt(made, when, decided, delivery);

const at = '2026-11-24T09:00:00.000Z';
const next = '2026-11-24T09:05:00.000Z';

describe('an attempt', () => {
  it.each([
    ['made when the job has finished', undefined, undefined, true],
    ['not made for a later message whose attempt was never recorded', undefined, next, false],
    ['not made for a duplicate of the first message', recorded(1, at, retry()), undefined, false],
    ['made when it is due', recorded(1, at, retry()), next, true],
    ['not made for a message of another attempt', recorded(1, at, retry()), at, false],
    ['not made after the notification was received', recorded(1, at, { decision: 'delivered' }), next, false],
    ['none, once it was given up', recorded(10, at, { decision: 'given-up', because: '' }), undefined, false],
    [
      'not made after the receiver disabled the notification',
      recorded(2, at, { decision: 'disable', because: '' }),
      next,
      false,
    ],
  ])('is %s', (_, attempts, due, expected) => {
    expect(isAttemptDue(attempts, due)).toBe(expected);
  });

  it('is recorded with its decision and the time of the next attempt', () => {
    expect(recorded(1, at, retry())).toEqual({ made: 1, last: at, decision: 'retry', next, delivery });
    expect(recorded(2, at, { decision: 'delivered' })).toEqual({
      made: 2,
      last: at,
      decision: 'delivered',
      delivery,
    });
  });

  it.each([
    ['before there was any', undefined, next, false],
    ['after the last one', recorded(2, at, { decision: 'delivered' }), next, true],
    ['again, once that is recorded', recorded(2, next, { decision: 'delivered' }), next, false],
    ['after it was given up', recorded(10, at, { decision: 'given-up', because: '' }), next, true],
  ])('asked for by a member %s is made: see the last column', (_, attempts, asked, expected) => {
    expect(isAskedAgain(attempts, asked)).toBe(expected);
  });

  const url = 'https://hooks.example.com/a?token=1';
  const responded = (status: number, body: string) =>
    ({ outcome: 'responded', status, body, truncated: false }) as const;

  it.each([
    ['a response', responded(200, ''), { decision: 'delivered' }, { status: 200 }],
    [
      'a response with a text, on one line and cut',
      responded(500, `Out of\r\n\u001b[31morder ${'x'.repeat(400)}`),
      retry(),
      { status: 500, response: `Out of [31morder ${'x'.repeat(300)}`.slice(0, 300), because: '' },
    ],
    [
      'no response',
      { outcome: 'failed', cause: 'timeout', reason: 'It took too long' },
      { decision: 'given-up', because: 'It took too long' },
      { because: 'It took too long' },
    ],
  ] as const)('with %s is shown to members without secrets', (_, outcome, decided, expected) => {
    expect(
      toDelivery({ name: 'Autumn', submittedBy: 'ann', runAs: 'bea' }, url, outcome, decided, 7),
    ).toEqual({ ...delivery, ...expected });
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
