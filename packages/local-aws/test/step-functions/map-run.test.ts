import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExecutionStopped } from '../../src/step-functions/run-state-machine.ts';
import { type FakeFunction, type FakeRun, namedError, runWithFakes } from './run-with-fakes.ts';

type Asl = Readonly<Record<string, unknown>>;

/** The placeholder of the function `work` in the ASL. */
const placeholder = '$'.concat('{workArn}');
const writer = {
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'jobs', 'Prefix.$': "States.Format('{}/map', $.company)" },
  },
};
const reader = (inputType: string, more: Asl = {}): Asl => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: inputType, ...more },
    Parameters: { Bucket: 'jobs', 'Key.$': '$.manifest' },
  },
});

/** A machine with one Distributed Map, whose children call `work`. */
function mapMachine(fields: Asl, executionType = 'EXPRESS', child: Asl = {}): string {
  return JSON.stringify({
    StartAt: 'Publish Level',
    States: {
      'Publish Level': {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
          StartAt: 'Publish Part',
          States: { 'Publish Part': { Type: 'Task', Resource: placeholder, End: true, ...child } },
        },
        End: true,
        ...fields,
      },
    },
  });
}

const parts = [{ part: 0 }, { part: 1 }, { part: 2 }, { part: 3 }];
const input = { company: 'acme', manifest: 'acme/plan.jsonl', list: parts };
const objects = {
  'jobs/acme/plan.jsonl': `${parts.map((part) => JSON.stringify(part)).join('\n')}\n`,
  'jobs/acme/plan.json': JSON.stringify(parts),
  'jobs/acme/empty.jsonl': '',
  'jobs/acme/object.json': '{"a":1}',
};

const failingAt =
  (...bad: number[]): FakeFunction =>
  ({ part }: { part: number }) => {
    if (bad.includes(part)) throw namedError('storage.busy');
    return { done: part };
  };

function run(
  definition: string,
  work: FakeFunction = failingAt(),
  more: Asl = {},
  signal?: AbortSignal,
): Promise<FakeRun> {
  return runWithFakes({
    definition,
    input: { ...input, ...more },
    functions: { work },
    objects,
    ...(signal ? { signal } : {}),
  });
}

function readJson(result: FakeRun, key: string): unknown {
  return JSON.parse(result.objects.get(`jobs/${key}`) ?? 'null');
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the items of a Distributed Map', () => {
  it.each<[string, Asl, Asl, unknown]>([
    ['a JSONL file', reader('JSONL'), {}, parts],
    ['a JSON file', reader('JSON'), { manifest: 'acme/plan.json' }, parts],
    ['the first lines of a file', reader('JSONL', { MaxItems: 2 }), {}, parts.slice(0, 2)],
    ['an empty file', reader('JSONL'), { manifest: 'acme/empty.jsonl' }, []],
    ['a list of the input', { ItemsPath: '$.list' }, {}, parts],
  ])('come from %s', async (_, fields, more, expected) => {
    const result = await run(mapMachine({ ...fields, MaxConcurrency: 1 }), failingAt(), more);
    expect(result.status).toBe('SUCCEEDED');
    expect(result.calls.map(({ payload }) => payload)).toEqual(expected);
  });

  it.each<[string, Asl, Asl]>([
    ['a missing file', reader('JSONL'), { manifest: 'acme/none.jsonl' }],
    ['lines that are not JSON', reader('JSONL'), { manifest: 'acme/broken' }],
    ['a JSON file without a list', reader('JSON'), { manifest: 'acme/object.json' }],
  ])('fail with States.ItemReaderFailed for %s', async (_, fields, more) => {
    const result = await runWithFakes({
      definition: mapMachine(fields),
      input: { ...input, ...more },
      functions: { work: failingAt() },
      objects: { ...objects, 'jobs/acme/broken': '{"a":1}\n{"a":' },
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  });

  it("are converted by ItemSelector, from the state's input and the item", async () => {
    const selector = { ItemSelector: { 'company.$': '$.company', 'part.$': '$$.Map.Item.Value.part' } };
    const result = await run(mapMachine({ ...reader('JSONL'), ...selector, MaxConcurrency: 1 }));
    expect(result.calls[3]?.payload).toEqual({ company: 'acme', part: 3 });
  });
});

describe('failing children', () => {
  it.each<[string, Asl, number[], 'SUCCEEDED' | 'FAILED']>([
    ['one fails and nothing is tolerated', {}, [1], 'FAILED'],
    ['one of four fails of 25 %', { ToleratedFailurePercentage: 25 }, [1], 'SUCCEEDED'],
    ['two of four fail of 25 %', { ToleratedFailurePercentage: 25 }, [1, 2], 'FAILED'],
    ['all fail of 100 %', { ToleratedFailurePercentage: 100 }, [0, 1, 2, 3], 'SUCCEEDED'],
    ['two fail of two', { ToleratedFailureCount: 2 }, [1, 2], 'SUCCEEDED'],
    ['three fail of two', { ToleratedFailureCount: 2 }, [0, 1, 2], 'FAILED'],
    [
      'the count is within its limit, the percentage is not',
      { ToleratedFailureCount: 2, ToleratedFailurePercentage: 25 },
      [1, 2],
      'FAILED',
    ],
  ])('decide the result if %s: %s', async (_, tolerance, bad, expected) => {
    const result = await run(mapMachine({ ItemsPath: '$.list', ...tolerance }), failingAt(...bad));
    expect(result.status).toBe(expected);
    if (expected === 'FAILED') expect(result.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('are left out of the outputs, which keep the order of the items', async () => {
    const result = await run(
      mapMachine({ ItemsPath: '$.list', ToleratedFailurePercentage: 50 }),
      failingAt(1),
    );
    expect(result.output).toEqual([{ done: 0 }, { done: 2 }, { done: 3 }]);
  });

  it('stop the pending items if they are too many', async () => {
    const result = await run(mapMachine({ ItemsPath: '$.list', MaxConcurrency: 1 }), failingAt(1));
    expect(result.calls).toHaveLength(2);
    expect(result.mapRuns[0]).toMatchObject({
      status: 'FAILED',
      counts: { total: 4, pending: 2, running: 0, succeeded: 1, failed: 1 },
    });
  });

  it('let running Express children end, and abort running Standard children', async () => {
    const work: FakeFunction = async ({ part }: { part: number }) => {
      if (part === 0) throw namedError('X');
      await Promise.resolve();
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      return part;
    };
    const ended = async (type: string) =>
      (await run(mapMachine({ ItemsPath: '$.list' }, type), work)).mapRuns[0]?.counts;
    expect(await ended('EXPRESS')).toMatchObject({ failed: 1, succeeded: 3, aborted: 0 });
    expect(await ended('STANDARD')).toMatchObject({ failed: 1, succeeded: 0, aborted: 3 });
  });

  it('start a new Map Run over all items when the state is retried', async () => {
    let calls = 0;
    const work: FakeFunction = () => {
      calls += 1;
      if (calls === 1) throw namedError('X');
      return calls;
    };
    const retry = { Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'] }] };
    const result = await run(mapMachine({ ItemsPath: '$.list', MaxConcurrency: 1, ...retry }), work);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [2, 3, 4, 5] });
    expect(result.mapRuns.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('count as timed out if an Express child takes more than five minutes', async () => {
    vi.useFakeTimers();
    const running = run(
      mapMachine({ ItemsPath: '$.list', ToleratedFailurePercentage: 100, ...writer }),
      () => new Promise(() => {}),
    );
    await vi.advanceTimersByTimeAsync(300_000);
    const result = await running;
    expect(result.status).toBe('SUCCEEDED');
    expect(result.mapRuns[0]?.counts).toMatchObject({ timedOut: 4, failed: 0 });
  });

  it('fail separately if their input is larger than 256 KiB', async () => {
    const selector = { ItemSelector: { 'text.$': '$.text', 'again.$': '$.text' } };
    const result = await run(
      mapMachine({ ItemsPath: '$.list', ...selector, ToleratedFailurePercentage: 100 }),
      failingAt(),
      {
        text: 'x'.repeat(150 * 1024),
      },
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [], calls: [] });
  });
});

describe('the results of a Distributed Map', () => {
  it("are written below the Map Run's own prefix, and the state gives their location", async () => {
    const result = await run(
      mapMachine({ ...reader('JSONL'), ...writer, ToleratedFailurePercentage: 100 }),
      failingAt(2),
    );
    const { MapRunArn, ResultWriterDetails } = result.output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    const id = MapRunArn.slice(MapRunArn.lastIndexOf(':') + 1);
    expect(MapRunArn).toMatch(/^arn:aws:states:[^:]+:\d+:mapRun:machine\/PublishLevel:[0-9a-f-]{36}$/);
    expect(ResultWriterDetails).toEqual({ Bucket: 'jobs', Key: `acme/map/${id}/manifest.json` });
    expect(readJson(result, ResultWriterDetails.Key)).toEqual({
      DestinationBucket: 'jobs',
      MapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `acme/map/${id}/FAILED_0.json`, Size: expect.any(Number) }],
        PENDING: [],
        SUCCEEDED: [{ Key: `acme/map/${id}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
      },
    });
    expect(readJson(result, `acme/map/${id}/FAILED_0.json`)).toMatchObject([
      { Error: 'storage.busy', Status: 'FAILED', Input: '{"part":2}' },
    ]);
    const succeeded = readJson(result, `acme/map/${id}/SUCCEEDED_0.json`);
    expect(succeeded).toHaveLength(3);
    expect(succeeded).toMatchObject([
      {
        Status: 'SUCCEEDED',
        Input: '{"part":0}',
        Output: '{"done":0}',
        ExecutionArn: expect.stringContaining(':execution:machine/PublishLevel:'),
      },
      {},
      {},
    ]);
  });

  it('list items that were not started as pending if too many fail', async () => {
    const result = await run(mapMachine({ ItemsPath: '$.list', MaxConcurrency: 1, ...writer }), failingAt(0));
    expect(result.error).toBe('States.ExceedToleratedFailureThreshold');
    const key = [...result.objects.keys()].find((each) => each.endsWith('PENDING_0.json')) ?? '';
    expect(JSON.parse(result.objects.get(key) ?? '[]')).toHaveLength(3);
  });

  it("can have any size in S3, but not in the state's output", async () => {
    const large: FakeFunction = () => 'x'.repeat(100 * 1024);
    expect((await run(mapMachine({ ItemsPath: '$.list', ...writer }), large)).status).toBe('SUCCEEDED');
    expect(await run(mapMachine({ ItemsPath: '$.list' }), large)).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    expect((await run(mapMachine({ ItemsPath: '$.list', ResultPath: null }), large)).status).toBe(
      'SUCCEEDED',
    );
  });

  it('fail with States.ResultWriterFailed if they cannot be written', async () => {
    const broken = { ResultWriter: { ...writer.ResultWriter, Parameters: { Prefix: 'no bucket' } } };
    expect(await run(mapMachine({ ItemsPath: '$.list', ...broken }))).toMatchObject({
      status: 'FAILED',
      error: 'States.ResultWriterFailed',
    });
  });
});

it('starts no further child and is ABORTED when the execution is stopped', async () => {
  const stop = new AbortController();
  const work: FakeFunction = ({ part }: { part: number }) => {
    if (part === 1) stop.abort(new ExecutionStopped());
    return part;
  };
  const result = await run(mapMachine({ ItemsPath: '$.list', MaxConcurrency: 1 }), work, {}, stop.signal);
  expect(result).toMatchObject({ status: 'ABORTED' });
  expect(result.calls).toHaveLength(2);
  expect(result.mapRuns[0]).toMatchObject({
    status: 'ABORTED',
    counts: { succeeded: 1, aborted: 1, pending: 2 },
  });
});

it('runs 2,000 children at once without a warning about listeners', async () => {
  const warn = vi.fn();
  process.on('warning', warn);
  const list = Array.from({ length: 2000 }, (_, part) => ({ part }));
  const result = await run(mapMachine({ ItemsPath: '$.list' }), async ({ part }: { part: number }) => part, {
    list,
  });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(result.mapRuns[0]?.counts.succeeded).toBe(2000);
  expect(warn).not.toHaveBeenCalled();
});
