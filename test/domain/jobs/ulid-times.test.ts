import { decodeTime, ulid } from 'ulid';
import { expect, it } from 'vitest';
import { firstIdAt, lastIdAt, timeOfId } from '../../../domain/jobs/ulid-times.ts';

it.each(['1970-01-01T00:00:00.001Z', '2026-11-24T08:30:00.123Z', '9999-12-31T23:59:59.999Z'])(
  'the ids of %s are between its first and its last id',
  (time) => {
    const ids = Array.from({ length: 50 }, () => ulid(Date.parse(time)));
    for (const id of ids) expect(id >= firstIdAt(time) && id <= lastIdAt(time)).toBe(true);
    expect(decodeTime(firstIdAt(time))).toBe(Date.parse(time));
    for (const id of ids) expect(timeOfId(id)).toBe(Date.parse(time));
    expect(ulid(Date.parse(time) + 1) > lastIdAt(time)).toBe(true);
  },
);

it('a time outside the range of ULIDs becomes the nearest one inside', () => {
  expect(firstIdAt('1969-01-01T00:00:00.000Z')).toBe('0'.repeat(26));
  expect(lastIdAt('+020000-01-01T00:00:00.000Z')).toBe(`7${'Z'.repeat(25)}`);
});
