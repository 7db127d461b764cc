import { describe, expect, it } from 'vitest';
import { endUpload } from '../../../application/uploads/end-upload.ts';

/** Ends an upload; `ending` is the result of the store. @returns the calls after that, in order */
async function callsAfterEnd(ending: 'now' | 'earlier' | undefined): Promise<unknown[]> {
  const calls: unknown[] = [];
  await endUpload('luma', 'J1', 'now', {
    endIfComplete: async () => ending,
    sendNotification: async (message, delay) => {
      calls.push({ ...message, delay });
    },
    markEndProcessed: async (company, jobId) => {
      calls.push(`${company}/${jobId} is processed`);
    },
  });
  return calls;
}

describe('endUpload', () => {
  it.each([
    ['now', 0],
    // Another call has just ended it, and is sending its message.
    ['earlier', 60],
  ] as const)(
    'sends the notification about an upload that ended %s after %i s, and marks its end as processed',
    async (ending, delay) => {
      expect(await callsAfterEnd(ending)).toEqual([
        { kind: 'ended', company: 'luma', jobId: 'J1', delay },
        'luma/J1 is processed',
      ]);
    },
  );

  it('sends nothing about an upload that still runs', async () => {
    expect(await callsAfterEnd(undefined)).toEqual([]);
  });
});
