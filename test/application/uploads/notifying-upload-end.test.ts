import { expect, it } from 'vitest';
import { notifyingUploadEnd } from '../../../application/uploads/notifying-upload-end.ts';

it.each([
  ['has ended, and notes it', true, [{ kind: 'ended', company: 'luma', jobId: 'J1' }, 'noted']],
  ['goes on', false, []],
])('tells of an upload that %s', async (_, ended, expected) => {
  const told: unknown[] = [];
  const records = notifyingUploadEnd(
    { endIfComplete: async (_company: string, _jobId: string, _at: string) => ended },
    {
      sendNotification: async (message) => {
        told.push(message);
      },
      markEndProcessed: async () => {
        told.push('noted');
      },
    },
  );
  expect(await records.endIfComplete('luma', 'J1', 'now')).toBe(ended);
  expect(told).toEqual(expected);
});
