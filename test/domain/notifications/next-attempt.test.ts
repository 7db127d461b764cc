import { describe, expect, it } from 'vitest';
import { nextAttempt, retryDelays } from '../../../domain/notifications/next-attempt.ts';

const start = '2026-11-24T00:00:00.000Z';

describe('the next attempt', () => {
  it('is at the times that Standard Webhooks gives', () => {
    const times: string[] = [];
    let at: string | undefined = nextAttempt(0, start);
    while (at !== undefined) {
      times.push(at);
      at = nextAttempt(times.length, at);
    }
    const elapsed = times.map((time) => (Date.parse(time) - Date.parse(start)) / 1_000);
    const clock = elapsed.map((seconds) =>
      [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
        .map((part) => String(part).padStart(2, '0'))
        .join(':'),
    );
    expect(clock).toEqual([
      '00:00:00',
      '00:00:05',
      '00:05:05',
      '00:35:05',
      '02:35:05',
      '07:35:05',
      '17:35:05',
      '31:35:05',
      '51:35:05',
      '75:35:05',
    ]);
    expect(retryDelays).toHaveLength(10);
  });

  it.each([
    ['later if the receiver requests it', 1, '60', '2026-11-24T00:01:00.000Z'],
    ['at a date that the receiver names', 1, 'Tue, 24 Nov 2026 00:02:00 GMT', '2026-11-24T00:02:00.000Z'],
    ['not earlier than by the schedule', 2, '60', '2026-11-24T00:05:00.000Z'],
    [
      'by the schedule after a date that has passed',
      1,
      'Mon, 23 Nov 2026 00:00:00 GMT',
      '2026-11-24T00:00:05.000Z',
    ],
    ['after one day at the latest', 1, '99999999999', '2026-11-25T00:00:00.000Z'],
    ['by the schedule if Retry-After is not valid', 1, 'soon', '2026-11-24T00:00:05.000Z'],
    ['by the schedule if Retry-After is empty', 1, '', '2026-11-24T00:00:05.000Z'],
    ['never after the tenth', 10, '60', undefined],
  ])('is %s', (_, attempts, retryAfter, expected) => {
    expect(nextAttempt(attempts, start, retryAfter)).toBe(expected);
  });
});
