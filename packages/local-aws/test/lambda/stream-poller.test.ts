import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InvokeResult } from '../../src/cloud-services.ts';
import { matchesFilters, parseFilter } from '../../src/lambda/stream-filter.ts';
import {
  type StreamPollerOptions,
  type StreamRecord,
  startStreamPoller,
} from '../../src/lambda/stream-poller.ts';

const streamArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/assets/stream/1';
let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

const record = (sequence: number, sk = 'ASSET') => ({
  dynamodb: { SequenceNumber: String(sequence), Keys: { sk: { S: sk } } },
});

/** A stream with one shard. */
function start(
  records: readonly StreamRecord[],
  invoke: (sequences: string[]) => InvokeResult,
  options: Partial<StreamPollerOptions> = {},
  progress = new Map<string, string>(),
) {
  const lines: string[] = [];
  const events: unknown[] = [];
  const saved = () => progress.get('shard');
  stop = startStreamPoller(
    { streamArn, region: 'eu-central-1', batchSize: 2, windowSeconds: 0, filters: [], ...options },
    {
      shards: async () => ['shard'],
      records: async (_, after, limit) =>
        records
          .filter(({ dynamodb }) => Number(dynamodb?.SequenceNumber) > Number(after ?? 0))
          .slice(0, limit),
      readProgress: () => progress,
      saveProgress: (now) => {
        for (const [shard, sequence] of now) progress.set(shard, sequence);
      },
      invoke: async (event) => {
        events.push(event);
        return invoke(
          (event as { Records: StreamRecord[] }).Records.map(
            ({ dynamodb }) => dynamodb?.SequenceNumber ?? '',
          ),
        );
      },
      log: (line) => lines.push(line),
    },
  );
  return { lines, events, saved };
}

describe('a stream that feeds a function', () => {
  it('passes the records in order, in batches, with the fields of Lambda', async () => {
    const batches: string[][] = [];
    const { events, saved } = start(
      [1, 2, 3, 4, 5].map((sequence) => record(sequence)),
      (sequences) => {
        batches.push(sequences);
        return {};
      },
    );
    await vi.waitFor(() => expect(saved()).toBe('5'));
    expect(batches).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(events[0]).toMatchObject({
      Records: [{ eventSourceARN: streamArn, awsRegion: 'eu-central-1' }, {}],
    });
  });

  it('goes on after the last record that was processed', async () => {
    const batches: string[][] = [];
    const { saved } = start(
      [1, 2, 3].map((sequence) => record(sequence)),
      (sequences) => {
        batches.push(sequences);
        return {};
      },
      {},
      new Map([['shard', '2']]),
    );
    await vi.waitFor(() => expect(saved()).toBe('3'));
    expect(batches).toEqual([['3']]);
  });

  it('sends a batch that fails again, and nothing behind it before', async () => {
    const batches: string[][] = [];
    const { lines, saved } = start(
      [1, 2, 3].map((sequence) => record(sequence)),
      (sequences) => {
        batches.push(sequences);
        return batches.length === 1 ? { error: { errorType: 'Error', errorMessage: 'S3 is down' } } : {};
      },
    );
    await vi.waitFor(() => expect(saved()).toBe('3'), { timeout: 5_000 });
    expect(batches).toEqual([['1', '2'], ['1', '2'], ['3']]);
    expect(lines.join()).toContain('S3 is down');
  });

  it('does not call the function for records that no filter matches', async () => {
    const batches: string[][] = [];
    const filters = ['["ASSET"]', '[{"prefix":"MEMBEROF#"}]'].map((rules) =>
      parseFilter(`{"dynamodb":{"Keys":{"sk":{"S":${rules}}}}}`),
    );
    const { saved } = start(
      [record(1, 'VERSION#1'), record(2, 'VERSION#2'), record(3), record(4, 'MEMBEROF#set')],
      (sequences) => {
        batches.push(sequences);
        return {};
      },
      { filters },
    );
    await vi.waitFor(() => expect(saved()).toBe('4'));
    expect(batches).toEqual([['3', '4']]);
  });
});

describe('a filter of a stream', () => {
  it('needs every property that it names', () => {
    const filter = parseFilter(
      '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["ASSET"]}}}}',
    );
    expect(matchesFilters({ eventName: 'MODIFY', ...record(1) }, [filter])).toBe(true);
    expect(matchesFilters({ eventName: 'REMOVE', ...record(1) }, [filter])).toBe(false);
    expect(matchesFilters({ eventName: 'MODIFY', dynamodb: {} }, [filter])).toBe(false);
    expect(matchesFilters({}, [])).toBe(true);
  });

  it.each(['{"a":[{"exists":true}]}', '{"a":[1]}', '{"a":"text"}', 'null'])(
    'that the local cloud does not know is refused: %s',
    (pattern) => {
      expect(() => parseFilter(pattern)).toThrow(/local cloud does not know|must be/);
    },
  );
});
