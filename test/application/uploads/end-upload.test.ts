import { describe, expect, it } from 'vitest';
import { endUpload } from '../../../application/uploads/end-upload.ts';

/** Ends an upload; `isEnded` is the result of the store. @returns the calls after that, in order */
async function callsAfterEnd(isEnded: boolean): Promise<unknown[]> {
  const calls: unknown[] = [];
  await endUpload('luma', 'J1', 'now', {
    endIfComplete: async () => isEnded,
    sendNotification: async (message) => {
      calls.push(message);
    },
    markEndProcessed: async (company, jobId) => {
      calls.push(`${company}/${jobId} is processed`);
    },
  });
  return calls;
}

describe('endUpload', () => {
  it('sends the notification about an upload that has ended, and then marks its end as processed', async () => {
    expect(await callsAfterEnd(true)).toEqual([
      { kind: 'ended', company: 'luma', jobId: 'J1' },
      'luma/J1 is processed',
    ]);
  });

  it('sends nothing about an upload that still runs', async () => {
    expect(await callsAfterEnd(false)).toEqual([]);
  });
});
