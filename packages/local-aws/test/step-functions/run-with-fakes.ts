import { type RunResult, runStateMachine } from '../../src/step-functions/run-state-machine.ts';
import type { MapRun } from '../../src/step-functions/scope.ts';
import { substitute } from '../../src/step-functions/substitute.ts';

export interface FakeRun extends RunResult {
  /** Names of the entered states in order, including those of inline Maps and branches. */
  readonly entered: readonly string[];
  /** Calls of functions with their payloads, in order. */
  readonly calls: readonly { readonly name: string; readonly payload: unknown }[];
  /** Milliseconds that retries and Wait states would have waited. */
  readonly waited: readonly number[];
  /** S3 after the run, by `bucket/key`. */
  readonly objects: ReadonlyMap<string, string>;
  readonly mapRuns: readonly MapRun[];
}

/** A function of the state machine. It returns its result, or throws an Error whose `name` Retry and Catch match. */
export type FakeFunction = (payload: never) => unknown;

/** An error with the name that a function throws. */
export function namedError(name: string, message = 'made by a test'): Error {
  return Object.assign(new Error(message), { name });
}

/**
 * Runs a state machine's ASL with functions of the test for Lambda and a map for S3, without waiting.
 * @param options.definition text of the ASL file
 * @param options.functions by name: `${beginJobArn}` in the ASL calls `beginJob`
 * @param options.values for the other `${placeholders}` of the ASL
 * @param options.objects objects in S3 at the start, by `bucket/key`
 * @param options.executionName value of `$$.Execution.Name`
 */
export async function runWithFakes(options: {
  readonly definition: string;
  readonly input: unknown;
  readonly functions: Readonly<Record<string, FakeFunction>>;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly objects?: Readonly<Record<string, string>>;
  readonly executionName?: string;
  readonly signal?: AbortSignal;
}): Promise<FakeRun> {
  const arn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
  const placeholders = Object.fromEntries(
    Object.keys(options.functions).map((name) => [`${name}Arn`, arn(name)]),
  );
  const entered: string[] = [];
  const calls: { name: string; payload: unknown }[] = [];
  const waited: number[] = [];
  const mapRuns: MapRun[] = [];
  const objects = new Map(Object.entries(options.objects ?? {}));
  const result = await runStateMachine({
    definition: JSON.parse(substitute(options.definition, { ...placeholders, ...options.values })),
    input: options.input,
    callLambda: (target, payload) => {
      const name = target.slice(target.lastIndexOf(':') + 1);
      calls.push({ name, payload });
      const fake = options.functions[name];
      if (!fake) throw new Error(`The test has no function ${name}`);
      return fake(payload as never);
    },
    s3: {
      async getObject({ Bucket, Key }) {
        const text = objects.get(`${Bucket}/${Key}`);
        if (text === undefined) throw namedError('NoSuchKey', `There is no object ${Bucket}/${Key}`);
        return text;
      },
      async putObject({ Bucket, Key, Body }) {
        objects.set(`${Bucket}/${Key}`, Body);
      },
    },
    wait: async (milliseconds) => {
      waited.push(milliseconds);
    },
    onEvent: ({ type, details }) => {
      if (type.endsWith('StateEntered')) entered.push(String(details.name));
    },
    onMapRun: (mapRun) => mapRuns.push(mapRun),
    ...(options.signal ? { signal: options.signal } : {}),
    identity: {
      executionArn: `arn:aws:states:eu-west-1:123456789012:execution:machine:${options.executionName ?? 'execution'}`,
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:machine',
      roleArn: 'arn:aws:iam::123456789012:role/machine',
      startDate: Date.now(),
    },
  });
  return { ...result, entered, calls, waited, objects, mapRuns };
}
