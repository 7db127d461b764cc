import type { Context } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import { logged, logger } from '../../../adapters/runtime/logger.ts';

const context = { functionName: 'begin-job' } as Context;

it('logs the error of a handler with its event, and rethrows it unchanged', async () => {
  const error = vi.spyOn(logger, 'error').mockImplementation(() => {});
  const failure = Object.assign(new Error('made by a test'), { name: 'job.not-found' });
  const handler = logged(async () => {
    throw failure;
  });
  await expect(handler({ jobId: 'J1' }, context)).rejects.toBe(failure);
  expect(error).toHaveBeenCalledWith('Failed', { error: failure, event: { jobId: 'J1' } });
});

it('returns the output of a handler that succeeds', async () => {
  const handler = logged(async (event: number) => event + 1);
  expect(await handler(1, context)).toBe(2);
});
