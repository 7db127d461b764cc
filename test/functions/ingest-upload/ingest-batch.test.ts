import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { ingestBatch } from '../../../functions/ingest-upload/ingest-batch.ts';
import type { Arrival } from '../../../functions/ingest-upload/ingest-upload.ts';

const jobId = '01M868ZY4BTMHSX5Z3VJK1D3HA';

const message = (messageId: string, body: unknown, receives = 1): SQSRecord =>
  ({
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receives) },
  }) as SQSRecord;

const created = (key: string, bucket = 'uploads') => ({
  'detail-type': 'Object Created',
  source: 'aws.s3',
  detail: { bucket: { name: bucket }, object: { key, size: 9, sequencer: '01' } },
});

async function run(records: SQSRecord[], ingest: (arrival: Arrival) => Promise<void> = async () => {}) {
  const arrivals: Arrival[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const response = await ingestBatch({ Records: records } as SQSEvent, {
    bucket: 'uploads',
    ingest: async (arrival) => {
      arrivals.push(arrival);
      await ingest(arrival);
    },
    log: { warn: (text) => warnings.push(text), error: (text) => errors.push(text) },
  });
  return {
    arrivals,
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
    [4, false],
    [5, true],
    [6, true],
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
});
