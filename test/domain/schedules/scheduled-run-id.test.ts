import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { decodeTime, ulid } from 'ulid';
import { expect, it } from 'vitest';
import { scheduledRunId } from '../../../domain/schedules/scheduled-run-id.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const instant = fc.date({
  min: new Date('1970-01-01T00:00:00.000Z'),
  max: new Date('2099-12-31T00:00:00.000Z'),
  noInvalidDate: true,
});

it('the id of a run is a ULID of its scheduled time, and always the same', () => {
  fc.assert(
    fc.property(fc.string(), instant, (schedule, date) => {
      const id = scheduledRunId(schedule, date.toISOString(), sha256);
      expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      expect(decodeTime(id)).toBe(date.getTime());
      expect(scheduledRunId(schedule, date.toISOString().replace('Z', '+00:00'), sha256)).toBe(id);
    }),
  );
});

it('runs of different schedules and times have different ids', () => {
  const ids = ['a', 'b'].flatMap((schedule) =>
    ['2027-01-01T00:00:00Z', '2027-01-01T00:05:00Z'].map((due) => scheduledRunId(schedule, due, sha256)),
  );
  expect(new Set(ids).size).toBe(4);
  expect((ids[0] ?? '') > ulid(Date.parse('2026-12-31T23:59:59Z'))).toBe(true);
});
