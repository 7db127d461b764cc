import { expect, it } from 'vitest';
import { tellingEnds } from '../../../application/uploads/telling-ends.ts';

it.each([
  ['has ended, and notes it', true, [{ what: 'ended', company: 'luma', jobId: 'J1' }, 'noted']],
  ['goes on', false, []],
])('tells of an upload that %s', async (_, ended, expected) => {
  const told: unknown[] = [];
  const records = tellingEnds(
    { endIfComplete: async (_company: string, _jobId: string, _at: string) => ended },
    {
      sendNotification: async (message) => {
        told.push(message);
      },
      noteTold: async () => {
        told.push('noted');
      },
    },
  );
  expect(await records.endIfComplete('luma', 'J1', 'now')).toBe(ended);
  expect(told).toEqual(expected);
});
