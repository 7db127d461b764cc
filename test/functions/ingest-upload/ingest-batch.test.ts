import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { CopyUnfinished } from '../../../adapters/s3/copy-object.ts';
import { ingestBatch } from '../../../functions/ingest-upload/ingest-batch.ts';
import type { Arrival } from '../../../functions/ingest-upload/ingest-upload.ts';

const jobId = '01M868ZY4BTMHSX5Z3VJK1D3HA';

const message = (messageId: string, body: unknown, receives = 1): SQSRecord =>
  ({
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receiptHandle: `receipt of ${messageId}`,
    attributes: { ApproximateReceiveCount: String(receives) },
  }) as SQSRecord;

const created = (key: string, bucket = 'uploads', size = 9) => ({
  'detail-type': 'Object Created',
  source: 'aws.s3',
  detail: { bucket: { name: bucket }, object: { key, size, sequencer: '01' } },
});

async function run(
  records: SQSRecord[],
  ingest: (arrival: Arrival) => Promise<void> = async () => {},
  options: { readonly isLarge?: boolean; readonly retryAfter?: () => Promise<never> } = {},
) {
  const passedOn: unknown[] = [];
  const retries: [string, number][] = [];
  const arrivals: Arrival[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const response = await ingestBatch({ Records: records } as SQSEvent, {
    bucket: 'uploads',
    ingest: async (arrival) => {
      arrivals.push(arrival);
      await ingest(arrival);
    },
    passOn: options.isLarge ? undefined : async (large) => void passedOn.push(large),
    retryAfter: options.retryAfter ?? (async (...retry) => void retries.push(retry)),
    log: {
      info: () => {},
      warn: (text) => warnings.push(text),
      error: (text) => errors.push(text),
    },
  });
  return {
    arrivals,
    passedOn,
    retries,
    warnings,
    errors,
    failures: response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
}

describe('a batch of events', () => {
  it('is ingested in order, each file by its key', async () => {
    const { arrivals, failures } = await run([
      message('1', created(`luma/${jobId}/1`)),
      message('2', created(`luma/${jobId}/200`)),
    ]);
    expect(arrivals).toEqual([
      { company: 'luma', jobId, file: 1, lastAttempt: false },
      { company: 'luma', jobId, file: 200, lastAttempt: false },
    ]);
    expect(failures).toEqual([]);
  });

  it('keeps only failed messages in the queue', async () => {
    const { failures, errors, arrivals } = await run(
      [1, 2, 3].map((file) => message(`m${file}`, created(`luma/${jobId}/${file}`))),
      async ({ file }) => {
        if (file === 2) throw new Error('no');
      },
    );
    expect(arrivals).toHaveLength(3);
    expect(failures).toEqual(['m2']);
    expect(errors).toHaveLength(1);
  });

  it.each([
    [1, false],
    [9, false],
    [10, true],
    [11, true],
  ])('received for the %i. time is the last attempt: %s', async (receives, lastAttempt) => {
    const { arrivals } = await run([message('1', created(`luma/${jobId}/1`), receives)]);
    expect(arrivals[0]?.lastAttempt).toBe(lastAttempt);
  });

  it.each([
    ['of another bucket', created(`luma/${jobId}/1`, 'masters')],
    ['without a job', created('luma/x.png')],
    ['with a deeper key', created(`luma/${jobId}/1/2`)],
    ['with file 0', created(`luma/${jobId}/0`)],
    ['without a company', created(`/${jobId}/1`)],
  ])('skips an object %s, with a warning', async (_, body) => {
    const { arrivals, failures, warnings } = await run([message('1', body)]);
    expect(arrivals).toEqual([]);
    expect(failures).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  it.each(['not JSON', '{}', '{"detail":{"bucket":{"name":"uploads"}}}'])(
    'fails for a message that is not an event: %s',
    async (body) => {
      expect((await run([message('1', body)])).failures).toEqual(['1']);
    },
  );

  it.each([
    [1, 15],
    [2, 30],
    [3, 60],
    [7, 900],
    [10, 900],
  ])('that fails for the %i. time is delivered again after %i s', async (receives, seconds) => {
    const { retries } = await run([message('1', created(`luma/${jobId}/1`), receives)], async () => {
      throw new Error('S3 is away');
    });
    expect(retries).toEqual([['receipt of 1', seconds]]);
  });

  it('whose copy is not finished is delivered again at once, and is no error', async () => {
    const error = new CopyUnfinished('The copy goes on');
    for (const thrown of [error, new Error('film could not be copied to video', { cause: error })]) {
      const { retries, errors, failures } = await run(
        [message('1', created(`luma/${jobId}/1`))],
        async () => {
          throw thrown;
        },
      );
      expect([retries, errors, failures]).toEqual([[['receipt of 1', 1]], [], ['1']]);
    }
  });

  it('stays in the queue even if its pause cannot be set', async () => {
    const { failures, warnings } = await run([message('1', 'not JSON')], async () => {}, {
      retryAfter: async () => {
        throw new Error('SQS is away');
      },
    });
    expect([failures, warnings]).toEqual([
      ['1'],
      ['The message comes back after the visibility timeout only'],
    ]);
  });

  it.each([
    ['below', 1024 ** 3 - 1, 0],
    ['from', 1024 ** 3, 1],
  ])(
    'of a file %s 1 GiB is passed on to the function for large files as this one needs it',
    async (_, size, count) => {
      const large = created(`luma/${jobId}/1`, 'uploads', size);
      const { passedOn, arrivals } = await run([message('1', large)]);
      expect([passedOn.length, arrivals.length]).toEqual([count, 1 - count]);
      const there = await run([message('1', passedOn[0] ?? large)], undefined, { isLarge: true });
      expect(there.arrivals).toEqual([{ company: 'luma', jobId, file: 1, lastAttempt: false }]);
    },
  );
});
