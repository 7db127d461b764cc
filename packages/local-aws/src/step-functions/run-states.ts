import { type ChoiceRule, ruleHolds } from './choice-rule.ts';
import {
  lambdaInvoke,
  type MapState,
  type ParallelState,
  type Retrier,
  type State,
  type StateGroup,
  type TaskState,
} from './definition.ts';
import { callIntrinsic } from './intrinsic-function.ts';
import { isObject, putAtPath, readPath } from './json-path.ts';
import { runMapRun } from './map-run.ts';
import { checkSize } from './payload-size.ts';
import { fillTemplate } from './payload-template.ts';
import type { Scope } from './scope.ts';
import { matchesError, StatesError } from './states-error.ts';
import { unlessAborted, withinTime } from './wait.ts';

/** Concurrent iterations of an inline Map (AWS: limit of the inline mode). */
const maxIterations = 40;

/**
 * Runs states from StartAt to an end, and returns the output of the last one.
 * @throws StatesError if a state fails without a matching Catch; the signal's reason if the run is aborted
 */
export async function runStates(group: StateGroup, input: unknown, scope: Scope): Promise<unknown> {
  let name = group.StartAt;
  let data = input;
  for (;;) {
    scope.signal.throwIfAborted();
    const state = group.States[name];
    if (!state) throw new StatesError('States.Runtime', `There is no state "${name}"`);
    scope.history.add(`${state.Type}StateEntered`, { name, input: data });
    const exit = await runState(name, state, data, scope);
    // AWS records no exit of a Fail state, and runState never returns from one.
    scope.history.add(`${state.Type}StateExited`, { name, output: exit.output });
    if (exit.next === undefined) return exit.output;
    data = exit.output;
    name = exit.next;
  }
}

interface Exit {
  readonly output: unknown;
  readonly next: string | undefined;
}

async function runState(name: string, state: State, raw: unknown, scope: Scope): Promise<Exit> {
  const entered = new Date(scope.now()).toISOString();
  const attempts = new Map<Retrier, number>();
  for (let retryCount = 0; ; retryCount += 1) {
    const context = { ...scope.context, State: { Name: name, EnteredTime: entered, RetryCount: retryCount } };
    try {
      return await attempt(name, state, raw, { ...scope, context });
    } catch (error) {
      // An abort of the run or an error of the interpreter is not an error of the state, so Catch does not apply.
      if (!(error instanceof StatesError)) throw error;
      scope.signal.throwIfAborted();
      const delay = retryDelay(state, error, attempts);
      if (delay === undefined) return handleByCatch(state, error, raw);
      await scope.wait(delay, scope.signal);
    }
  }
}

/** Milliseconds until the next attempt; undefined if no Retry matches the error or its attempts are used up. */
function retryDelay(state: State, error: StatesError, attempts: Map<Retrier, number>): number | undefined {
  const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
  const retrier = retriers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error, state.Type));
  if (!retrier) return undefined;
  const made = attempts.get(retrier) ?? 0;
  if (made >= (retrier.MaxAttempts ?? 3)) return undefined;
  attempts.set(retrier, made + 1);
  const seconds = Math.min(
    (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** made,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? Math.random() : 1);
}

function handleByCatch(state: State, error: StatesError, raw: unknown): Exit {
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  const catcher = catchers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error, state.Type));
  if (!catcher) throw error;
  const output = withResult(catcher.ResultPath, raw, { Error: error.error, Cause: error.causeText });
  checkSize(output, catcher.Next);
  return { output, next: catcher.Next };
}

/** One attempt of a state, from its raw input to its output. */
async function attempt(name: string, state: State, raw: unknown, scope: Scope): Promise<Exit> {
  checkSize(raw, name);
  if (state.Type === 'Fail') throw failureOf(state, raw, scope.context);
  const input =
    state.InputPath === null ? {} : readPath(state.InputPath ?? '$', raw, scope.context, 'InputPath');
  const done = await runByType(name, state, input, scope);
  const selected =
    'ResultSelector' in state && state.ResultSelector !== undefined
      ? fillTemplate(state.ResultSelector, done.result, scope.context)
      : done.result;
  const merged = withResult('ResultPath' in state ? state.ResultPath : undefined, raw, selected);
  const output =
    state.OutputPath === null ? {} : readPath(state.OutputPath ?? '$', merged, scope.context, 'OutputPath');
  checkSize(output, name);
  return { output, next: done.next };
}

/** ResultPath: absent or `$` replaces the input, null drops the result. */
function withResult(path: string | null | undefined, raw: unknown, result: unknown): unknown {
  if (path === null) return raw;
  return path === undefined ? result : putAtPath(path, raw, result);
}

interface Done {
  readonly result: unknown;
  readonly next: string | undefined;
}

async function runByType(
  name: string,
  state: Exclude<State, { Type: 'Fail' }>,
  input: unknown,
  scope: Scope,
): Promise<Done> {
  switch (state.Type) {
    case 'Succeed':
      return { result: input, next: undefined };
    case 'Choice':
      return { result: input, next: chooseNext(state.Choices, state.Default, input, scope.context) };
    case 'Pass': {
      const filled = parametersOf(state, input, scope.context);
      return { result: state.Result === undefined ? filled : state.Result, next: state.Next };
    }
    case 'Wait':
      await scope.wait(waitingTime(state, input, scope), scope.signal);
      return { result: input, next: state.Next };
    case 'Task':
      return { result: await runTask(name, state, input, scope), next: state.Next };
    case 'Parallel':
      return { result: await runBranches(state, input, scope), next: state.Next };
    case 'Map':
      return { result: await runMap(name, state, input, scope), next: state.Next };
  }
}

function parametersOf(state: { readonly Parameters?: unknown }, input: unknown, context: unknown): unknown {
  return state.Parameters === undefined ? input : fillTemplate(state.Parameters, input, context);
}

function chooseNext(
  choices: readonly (ChoiceRule & { readonly Next: string })[],
  otherwise: string | undefined,
  input: unknown,
  context: unknown,
): string {
  const next = choices.find((rule) => ruleHolds(rule, input, context))?.Next ?? otherwise;
  if (next !== undefined) return next;
  throw new StatesError('States.NoChoiceMatched', 'No choice rule matched and there is no Default');
}

function failureOf(
  state: Extract<State, { Type: 'Fail' }>,
  input: unknown,
  context: Readonly<Record<string, unknown>>,
): StatesError {
  const read = (path: string | undefined, field: string): string | undefined => {
    if (path === undefined) return undefined;
    return String(
      path.startsWith('$') ? readPath(path, input, context, field) : callIntrinsic(path, input, context),
    );
  };
  return new StatesError(
    read(state.ErrorPath, 'ErrorPath') ?? state.Error ?? '',
    read(state.CausePath, 'CausePath') ?? state.Cause ?? '',
  );
}

/** Milliseconds that a Wait state still has to wait. */
function waitingTime(state: Extract<State, { Type: 'Wait' }>, input: unknown, scope: Scope): number {
  const seconds =
    state.SecondsPath === undefined
      ? state.Seconds
      : integerAt(state.SecondsPath, input, scope.context, 'SecondsPath', 0);
  if (seconds !== undefined) return seconds * 1000;
  const until =
    state.TimestampPath === undefined
      ? state.Timestamp
      : readPath(state.TimestampPath, input, scope.context, 'TimestampPath');
  const time = Date.parse(String(until));
  if (Number.isNaN(time)) throw new StatesError('States.Runtime', `${String(until)} is not a timestamp`);
  return Math.max(0, time - scope.now());
}

function integerAt(path: string, input: unknown, context: unknown, field: string, minimum: number): number {
  const value = readPath(path, input, context, field);
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
  throw new StatesError('States.Runtime', `${field} must point to an integer of at least ${minimum}`);
}

async function runTask(name: string, state: TaskState, input: unknown, scope: Scope): Promise<unknown> {
  const parameters = parametersOf(state, input, scope.context);
  checkSize(parameters, name);
  const timeout =
    state.TimeoutSecondsPath === undefined
      ? state.TimeoutSeconds
      : integerAt(state.TimeoutSecondsPath, input, scope.context, 'TimeoutSecondsPath', 1);
  const wrapped = state.Resource === lambdaInvoke;
  const call = wrapped && isObject(parameters) ? parameters : undefined;
  const arn = call ? String(call.FunctionName) : state.Resource;
  const payload = call ? (call.Payload ?? {}) : parameters;
  const events = wrapped
    ? {
        scheduled: 'TaskScheduled',
        started: 'TaskStarted',
        succeeded: 'TaskSucceeded',
        failed: 'TaskFailed',
        timedOut: 'TaskTimedOut',
      }
    : {
        scheduled: 'LambdaFunctionScheduled',
        started: 'LambdaFunctionStarted',
        succeeded: 'LambdaFunctionSucceeded',
        failed: 'LambdaFunctionFailed',
        timedOut: 'LambdaFunctionTimedOut',
      };
  scope.signal.throwIfAborted();
  scope.history.add(events.scheduled, { resource: arn, input: payload });
  scope.history.add(events.started);
  try {
    const returned = await withinTime(timeout, timedOut(timeout), scope.signal, (signal) =>
      unlessAborted(resultOf(scope, arn, payload), signal),
    );
    const result = wrapped ? { ExecutedVersion: '$LATEST', Payload: returned, StatusCode: 200 } : returned;
    checkSize(result, arn);
    scope.history.add(events.succeeded, { output: result });
    return result;
  } catch (error) {
    if (error instanceof StatesError)
      scope.history.add(error.error === 'States.Timeout' ? events.timedOut : events.failed, {
        error: error.error,
        cause: error.causeText,
      });
    throw error;
  }
}

function timedOut(seconds: number | undefined): StatesError {
  return new StatesError('States.Timeout', `The task did not end within ${seconds} s`);
}

/** The function's result as JSON data. Its error keeps its own name, with the cause that Lambda writes. */
async function resultOf(scope: Scope, arn: string, payload: unknown): Promise<unknown> {
  try {
    const result = await scope.callLambda(arn, copy(payload));
    return copy(result ?? null);
  } catch (error) {
    if (error instanceof StatesError) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    const cause = {
      errorType: failure.name,
      errorMessage: failure.message,
      trace: failure.stack?.split('\n') ?? [],
    };
    throw new StatesError(failure.name, JSON.stringify(cause));
  }
}

function copy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

async function runBranches(state: ParallelState, input: unknown, scope: Scope): Promise<unknown[]> {
  const parameters = parametersOf(state, input, scope.context);
  scope.history.add('ParallelStateStarted');
  const results = await runConcurrently(
    state.Branches,
    state.Branches.length,
    scope.signal,
    (branch, _, signal) => runStates(branch, parameters, { ...scope, signal }),
  );
  scope.history.add('ParallelStateSucceeded');
  return results;
}

async function runMap(name: string, state: MapState, input: unknown, scope: Scope): Promise<unknown> {
  const concurrency =
    state.MaxConcurrencyPath === undefined
      ? state.MaxConcurrency
      : integerAt(state.MaxConcurrencyPath, input, scope.context, 'MaxConcurrencyPath', 0);
  const contextOf = (item: unknown, index: number): Readonly<Record<string, unknown>> => ({
    ...scope.context,
    Map: { Item: { Index: index, Value: item } },
  });
  const childInput = (item: unknown, index: number): unknown =>
    state.ItemSelector === undefined ? item : fillTemplate(state.ItemSelector, input, contextOf(item, index));
  const itemsOfInput = (): readonly unknown[] => itemsAt(state, input, scope.context);
  if (state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED')
    return runMapRun({
      stateName: name,
      state,
      input,
      concurrency,
      itemsOfInput,
      childInput,
      scope,
      runStates,
    });
  const items = itemsOfInput();
  scope.history.add('MapStateStarted', { length: items.length });
  const workers = Math.min(concurrency || maxIterations, maxIterations);
  const results = await runConcurrently(items, workers, scope.signal, async (item, index, signal) => {
    scope.history.add('MapIterationStarted', { name, index });
    const context = contextOf(item, index);
    const output = await runStates(state.ItemProcessor, childInput(item, index), {
      ...scope,
      signal,
      context,
    });
    scope.history.add('MapIterationSucceeded', { name, index });
    return output;
  });
  scope.history.add('MapStateSucceeded');
  return results;
}

/** The items of a Map state without an ItemReader. */
function itemsAt(
  state: MapState,
  input: unknown,
  context: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const items = readPath(state.ItemsPath ?? '$', input, context, 'ItemsPath');
  if (Array.isArray(items)) return items;
  throw new StatesError('States.Runtime', `Reference path "${state.ItemsPath ?? '$'}" must point to array.`);
}

/**
 * Runs a task for each item of a list, with limited concurrency. After the first failure no further item is started, and
 * the running ones are aborted.
 */
async function runConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal,
  task: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      inner.throwIfAborted();
      results[index] = await task(item, index, inner);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return results;
}
