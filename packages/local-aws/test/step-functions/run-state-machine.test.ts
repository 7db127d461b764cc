import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExecutionStopped, runStateMachine } from '../../src/step-functions/run-state-machine.ts';
import { type FakeFunction, namedError, runWithFakes } from './run-with-fakes.ts';

type Asl = Readonly<Record<string, unknown>>;

/** The placeholder of the function `work` in the ASL. */
const placeholder = '$'.concat('{workArn}');
const task = (fields: Asl = {}): Asl => ({ Type: 'Task', Resource: placeholder, End: true, ...fields });
const machine = (first: Asl, others: Asl = {}, fields: Asl = {}): Asl => ({
  StartAt: 'First',
  States: { First: first, ...others },
  ...fields,
});
const pass = (result: unknown): Asl => ({ Type: 'Pass', Result: result, End: true });

/** Throws these errors one after the other, then returns 'done'. */
function failing(...names: string[]): FakeFunction {
  const left = [...names];
  return () => {
    const name = left.shift();
    if (name !== undefined) throw namedError(name);
    return 'done';
  };
}

function run(definition: Asl, input: unknown = {}, work: FakeFunction = () => 'done') {
  return runWithFakes({ definition: JSON.stringify(definition), input, functions: { work } });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('data flow', () => {
  const echo: FakeFunction = (payload) => ({ got: payload });

  it.each<[string, Asl, unknown, unknown]>([
    ['a function gets the input and its result is the output', task(), { a: 1 }, { got: { a: 1 } }],
    ['InputPath selects from the input', task({ InputPath: '$.a' }), { a: { b: 2 } }, { got: { b: 2 } }],
    ['InputPath null gives an empty object', task({ InputPath: null }), { a: 1 }, { got: {} }],
    [
      'Parameters are filled from paths and the context object',
      task({ Parameters: { x: 1, 'y.$': '$.a', 'state.$': '$$.State.Name', 'all.$': '$$.Execution.Input' } }),
      { a: [true] },
      { got: { x: 1, y: [true], state: 'First', all: { a: [true] } } },
    ],
    [
      'ResultPath adds the result',
      task({ ResultPath: '$.r.s' }),
      { a: 1 },
      { a: 1, r: { s: { got: { a: 1 } } } },
    ],
    ['ResultPath $ replaces the input', task({ ResultPath: '$' }), { a: 1 }, { got: { a: 1 } }],
    ['ResultPath null drops the result', task({ ResultPath: null }), { a: 1 }, { a: 1 }],
    [
      'ResultSelector converts the result before ResultPath puts it',
      task({ ResultSelector: { 'v.$': '$.got.a' }, ResultPath: '$.r' }),
      { a: 7 },
      { a: 7, r: { v: 7 } },
    ],
    ['OutputPath selects from the result', task({ OutputPath: '$.got' }), { a: 1 }, { a: 1 }],
    ['a Pass state can return 0', pass(0), { a: 1 }, 0],
    ['a Pass state can return null', pass(null), { a: 1 }, null],
    [
      'a missing path in Parameters ends the execution',
      task({ Parameters: { 'x.$': '$.nope' }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'First' }] }),
      { a: 1 },
      'States.Runtime',
    ],
    [
      'a ResultPath through a text fails',
      task({ ResultPath: '$.a.b' }),
      { a: 'text' },
      'States.ResultPathMatchFailure',
    ],
  ])('%s', async (_, state, input, expected) => {
    const result = await run(machine(state), input, echo);
    expect(result.status === 'SUCCEEDED' ? result.output : result.error).toEqual(expected);
  });

  it('returns a null result as null, not as an error', async () => {
    const result = await run(
      machine(task({ OutputPath: '$', ResultSelector: { 'x.$': '$' } })),
      {},
      () => undefined,
    );
    expect(result.output).toEqual({ x: null });
  });

  it('wraps the result of lambda:invoke and sends only its Payload', async () => {
    const parameters = { FunctionName: placeholder, Payload: { 'n.$': '$.n' } };
    const result = await run(
      machine(task({ Resource: 'arn:aws:states:::lambda:invoke', Parameters: parameters })),
      { n: 3 },
      echo,
    );
    expect(result.output).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { got: { n: 3 } },
      StatusCode: 200,
    });
  });
});

describe('errors', () => {
  const catching = (names: string[], fields: Asl = {}): Asl =>
    machine(task({ Catch: [{ ErrorEquals: names, Next: 'Caught', ...fields }] }), {
      Caught: { Type: 'Pass', End: true },
    });

  it.each<[string, string, boolean]>([
    ['its own name', 'storage.busy', true],
    ['States.ALL', 'States.ALL', true],
    ['States.TaskFailed', 'States.TaskFailed', true],
    ['another name', 'asset.not-found', false],
    ['States.Timeout', 'States.Timeout', false],
  ])('match for "storage.busy" a Catch with %s: %s', async (_, name, expected) => {
    const result = await run(catching([name]), {}, failing('storage.busy'));
    expect(result.status === 'SUCCEEDED').toBe(expected);
  });

  it("pass their name and Lambda's report as JSON to a Catch", async () => {
    const { output } = await run(catching(['X'], { ResultPath: '$.error' }), { a: 1 }, failing('X'));
    expect(output).toMatchObject({ a: 1, error: { Error: 'X', Cause: expect.any(String) } });
    const { error } = output as { error: { Cause: string } };
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: 'X', errorMessage: 'made by a test' });
  });

  it('of a function timeout match States.TaskFailed', async () => {
    const result = await run(catching(['States.TaskFailed']), {}, failing('Sandbox.Timedout'));
    expect(result.status).toBe('SUCCEEDED');
  });

  it('of a Fail state end the execution', async () => {
    const result = await run(machine({ Type: 'Fail', Error: 'job.broken', CausePath: '$.why' }), {
      why: 'so',
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'job.broken', cause: 'so' });
  });

  it('include States.NoChoiceMatched if no choice matches and there is no Default', async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 2, Next: 'First' }] };
    expect(await run(machine(choice), { a: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
  });

  it('of a branch end its Parallel state, which can catch them', async () => {
    const branch = (state: Asl): Asl => machine(state);
    const result = await run(
      machine(
        {
          Type: 'Parallel',
          Branches: [branch(pass(1)), branch({ Type: 'Fail', Error: 'X' })],
          Catch: [{ ErrorEquals: ['X'], Next: 'Caught' }],
          End: true,
        },
        { Caught: pass('caught') },
      ),
    );
    expect(result.output).toBe('caught');
  });
});

describe('Retry', () => {
  const retrying = (...retriers: Asl[]): Asl => machine(task({ Retry: retriers }));

  it.each<[string, Asl[], string[], 'SUCCEEDED' | 'FAILED', number[]]>([
    ['retries until it succeeds', [{ ErrorEquals: ['X'] }], ['X', 'X'], 'SUCCEEDED', [1000, 2000]],
    [
      'retries three times by default',
      [{ ErrorEquals: ['X'] }],
      ['X', 'X', 'X', 'X'],
      'FAILED',
      [1000, 2000, 4000],
    ],
    ['does not retry with 0 attempts', [{ ErrorEquals: ['X'], MaxAttempts: 0 }], ['X'], 'FAILED', []],
    ['does not retry for another error', [{ ErrorEquals: ['Y'] }], ['X'], 'FAILED', []],
    [
      'waits longer each time, up to MaxDelaySeconds',
      [{ ErrorEquals: ['X'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 }],
      ['X', 'X', 'X'],
      'SUCCEEDED',
      [2000, 6000, 10_000],
    ],
    [
      'counts the attempts of each retrier separately',
      [
        { ErrorEquals: ['X'], MaxAttempts: 1 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 5 },
      ],
      ['X', 'Y'],
      'SUCCEEDED',
      [1000, 5000],
    ],
    ['never retries for States.Runtime', [{ ErrorEquals: ['States.ALL'] }], ['States.Runtime'], 'FAILED', []],
  ])('%s', async (_, retriers, errors, status, waited) => {
    const result = await run(retrying(...retriers), {}, failing(...errors));
    expect(result).toMatchObject({ status, waited });
  });

  it('waits a random part of the delay with JitterStrategy FULL', async () => {
    const retrier = {
      ErrorEquals: ['X'],
      IntervalSeconds: 8,
      BackoffRate: 1,
      JitterStrategy: 'FULL',
      MaxAttempts: 20,
    };
    const { waited } = await run(retrying(retrier), {}, failing(...Array<string>(20).fill('X')));
    expect(waited).toHaveLength(20);
    expect(waited.every((time) => time >= 0 && time <= 8000)).toBe(true);
    expect(new Set(waited).size).toBeGreaterThan(1);
  });

  it('is followed by Catch when the attempts are used up', async () => {
    const definition = machine(
      task({
        Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      }),
      { Caught: pass('caught') },
    );
    expect(await run(definition, {}, failing('X', 'X'))).toMatchObject({ output: 'caught', waited: [1000] });
  });
});

describe('limits', () => {
  const text = (kibibytes: number): string => 'x'.repeat(kibibytes * 1024);
  const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };

  it.each<[string, Asl, unknown, FakeFunction]>([
    ['a result of 300 KiB', task(catchAll), {}, () => text(300)],
    ['an input of 300 KiB', task(catchAll), { text: text(300) }, () => 1],
    [
      'parameters above the limit',
      task({ ...catchAll, Parameters: { 'a.$': '$.text', 'b.$': '$.text' } }),
      { text: text(150) },
      () => 1,
    ],
    [
      'an output above the limit',
      task({ ...catchAll, ResultPath: '$.r' }),
      { text: text(150) },
      () => text(150),
    ],
    ['many bytes in few characters', task(catchAll), {}, () => '€'.repeat(100_000)],
  ])('refuse %s, regardless of Catch', async (_, state, input, work) => {
    const result = await run(machine(state, { Caught: pass('caught') }), input, work);
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('allow 256 KiB, and 200 KiB of three-byte characters', async () => {
    expect((await run(machine(task()), {}, () => 'x'.repeat(256 * 1024 - 2))).status).toBe('SUCCEEDED');
    expect((await run(machine(task()), {}, () => '€'.repeat(68_000))).status).toBe('SUCCEEDED');
  });

  it('end an execution whose history would exceed 25,000 events', async () => {
    const result = await run(machine({ Type: 'Pass', Next: 'First' }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.entered).toHaveLength(12_499);
  });
});

describe('timeouts', () => {
  const never: FakeFunction = () => new Promise(() => {});

  it('end a task after TimeoutSeconds with States.Timeout, which States.TaskFailed does not match', async () => {
    vi.useFakeTimers();
    const timed = (name: string): Promise<unknown> =>
      run(
        machine(task({ TimeoutSeconds: 30, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] }), {
          Caught: pass(1),
        }),
        {},
        never,
      );
    const [caught, failed] = [timed('States.Timeout'), timed('States.TaskFailed')];
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await caught).toMatchObject({ status: 'SUCCEEDED', output: 1 });
    expect(await failed).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it("end the execution as TIMED_OUT after the machine's TimeoutSeconds, regardless of Catch and Retry", async () => {
    vi.useFakeTimers();
    const guarded = task({
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'First' }],
    });
    const running = run(machine(guarded, {}, { TimeoutSeconds: 60 }), {}, never);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await running).toMatchObject({ status: 'TIMED_OUT', calls: [{ name: 'work' }] });
  });

  it('can last more than 24.8 days', async () => {
    vi.useFakeTimers();
    const running = run(machine(task({ TimeoutSeconds: 3_000_000 })), {}, never);
    await vi.advanceTimersByTimeAsync(2_999_999_000);
    const settled = vi.fn();
    running.then(settled, settled);
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await running).toMatchObject({ error: 'States.Timeout' });
  });

  it.each<[string, Asl, unknown, number]>([
    ['Seconds', { Seconds: 5 }, {}, 5000],
    ['SecondsPath', { SecondsPath: '$.s' }, { s: 7 }, 7000],
    ['a Timestamp in the past', { Timestamp: '2020-01-01T00:00:00Z' }, {}, 0],
  ])('of a Wait state are set by %s', async (_, fields, input, expected) => {
    const result = await run(machine({ Type: 'Wait', End: true, ...fields }), input);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: input, waited: [expected] });
  });
});

describe('a stop', () => {
  const retryAll = {
    Retry: [{ ErrorEquals: ['States.ALL'] }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'First' }],
  };

  it('ends the execution as ABORTED immediately, and no function is called even if its task then fails', async () => {
    const stop = new AbortController();
    const result = Promise.withResolvers<never>();
    const work = vi.fn(() => {
      stop.abort(new ExecutionStopped());
      return result.promise;
    });
    const execution = await runWithFakes({
      definition: JSON.stringify(machine(task(retryAll))),
      input: {},
      functions: { work },
      signal: stop.signal,
    });
    expect(execution.status).toBe('ABORTED');
    result.reject(namedError('X'));
    await Promise.resolve();
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('of a Map after a failed item starts no further item', async () => {
    const started: number[] = [];
    const work = (item: number): number => {
      started.push(item);
      if (item === 1) throw namedError('X');
      return item;
    };
    const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: machine(task()), End: true };
    const result = await run(machine(map), [1, 2, 3], work as FakeFunction);
    expect(result).toMatchObject({ status: 'FAILED', error: 'X' });
    expect(started).toEqual([1]);
  });
});

describe('an inline Map', () => {
  it('keeps the order of the items and provides the context of each item', async () => {
    const map = {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: {
        'value.$': '$$.Map.Item.Value',
        'index.$': '$$.Map.Item.Index',
        'company.$': '$.company',
      },
      ItemProcessor: machine(task()),
      ResultPath: '$.results',
      End: true,
    };
    const result = await run(machine(map), { company: 'acme', list: ['a', 'b'] }, (payload) => payload);
    expect(result.output).toMatchObject({
      results: [
        { value: 'a', index: 0, company: 'acme' },
        { value: 'b', index: 1, company: 'acme' },
      ],
    });
  });

  it('runs no more items at once than MaxConcurrency', async () => {
    let running = 0;
    let maxRunning = 0;
    const work = async (): Promise<void> => {
      running += 1;
      maxRunning = Math.max(maxRunning, running);
      await Promise.resolve();
      running -= 1;
    };
    const map = { Type: 'Map', MaxConcurrency: 3, ItemProcessor: machine(task()), End: true };
    await run(machine(map), [1, 2, 3, 4, 5, 6, 7, 8], work);
    expect(maxRunning).toBe(3);
  });

  it('fails if the items are not a list', async () => {
    const map = { Type: 'Map', ItemProcessor: machine(task()), End: true };
    expect(await run(machine(map), { a: 1 })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

it('reports an error of the interpreter as a failed execution', async () => {
  const result = await runStateMachine({
    definition: machine({ Type: 'Wait', Seconds: 1, End: true }),
    input: {},
    callLambda: () => null,
    wait: () => Promise.reject(new TypeError('broken')),
  });
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: expect.stringContaining('broken'),
  });
});
