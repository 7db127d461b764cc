import { randomUUID } from 'node:crypto';
import type { MapState, StateGroup } from './definition.ts';
import { startHistory } from './history.ts';
import { isObject } from './json-path.ts';
import { checkSize } from './payload-size.ts';
import { fillTemplate } from './payload-template.ts';
import type { MapRun, Scope } from './scope.ts';
import { StatesError } from './states-error.ts';
import { withinTime } from './wait.ts';

/** Concurrent children if MaxConcurrency is absent or 0 (AWS: Map Run quotas). */
const maxChildren = 10_000;
/** Timeout of an Express child in seconds (AWS: Express executions). */
const expressSeconds = 300;

type ChildStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

interface Child {
  readonly index: number;
  readonly name: string;
  readonly input: unknown;
  readonly startDate: number;
  stopDate: number;
  status: ChildStatus;
  output?: unknown;
  error?: StatesError;
}

export interface MapRunRequest {
  readonly stateName: string;
  readonly state: MapState;
  /** Input of the Map state, after InputPath. */
  readonly input: unknown;
  readonly concurrency: number | undefined;
  /** The items if there is no ItemReader. */
  readonly itemsOfInput: () => readonly unknown[];
  /** Input of the child for an item, after ItemSelector. */
  readonly childInput: (item: unknown, index: number) => unknown;
  readonly scope: Scope;
  readonly runStates: (group: StateGroup, input: unknown, scope: Scope) => Promise<unknown>;
}

/**
 * Runs a Map state in distributed mode, with one child execution per item.
 * @returns the outputs of the children that succeeded, in the order of the items; with a ResultWriter, their location
 * @throws StatesError States.ItemReaderFailed, States.ExceedToleratedFailureThreshold, States.ResultWriterFailed
 */
export async function runMapRun(request: MapRunRequest): Promise<unknown> {
  const { scope, state } = request;
  await scope.mapRuns.checkPermission?.();
  const items = state.ItemReader ? await readItems(request) : request.itemsOfInput();
  const id = randomUUID();
  const arns = arnsOf(request, id);
  const mapRun: MapRun = {
    mapRunArn: arns.mapRun,
    executionArn: arns.execution,
    maxConcurrency: request.concurrency ?? 0,
    toleratedFailurePercentage: state.ToleratedFailurePercentage ?? 0,
    toleratedFailureCount: state.ToleratedFailureCount ?? 0,
    startDate: scope.now(),
    status: 'RUNNING',
    counts: {
      total: items.length,
      pending: items.length,
      running: 0,
      succeeded: 0,
      failed: 0,
      timedOut: 0,
      aborted: 0,
      resultsWritten: 0,
    },
  };
  scope.mapRuns.register?.(mapRun);
  scope.history.add('MapStateStarted', { length: items.length });
  scope.history.add('MapRunStarted', { mapRunArn: arns.mapRun });
  try {
    const children = await runChildren(request, items, mapRun, arns);
    const isExceeded = exceedsTolerance(state, mapRun);
    const result = state.ResultWriter
      ? await writeResults(request, id, mapRun, children, items)
      : children.flatMap(({ status, output }) => (status === 'SUCCEEDED' ? [output] : []));
    if (isExceeded)
      throw new StatesError(
        'States.ExceedToleratedFailureThreshold',
        'The specified tolerated failure threshold was exceeded',
      );
    end(mapRun, 'SUCCEEDED', scope);
    scope.history.add('MapRunSucceeded');
    scope.history.add('MapStateSucceeded');
    return result;
  } catch (error) {
    if (error instanceof StatesError && !scope.signal.aborted) {
      end(mapRun, 'FAILED', scope);
      scope.history.add('MapRunFailed', { error: error.error, cause: error.causeText });
      scope.history.add('MapStateFailed');
    } else end(mapRun, 'ABORTED', scope);
    throw error;
  }
}

function end(mapRun: MapRun, status: MapRun['status'], scope: Scope): void {
  mapRun.status = status;
  mapRun.stopDate = scope.now();
}

interface Arns {
  readonly execution: string;
  readonly mapRun: string;
  /** ARN of the state machine with the label of the Map, for the children. */
  readonly machine: string;
  readonly child: (name: string) => string;
}

/** The label is the Label field or the state's name, cut to the limit of 40 characters. */
function arnsOf({ scope, state, stateName }: MapRunRequest, id: string): Arns {
  const { Execution, StateMachine } = scope.context;
  const execution = String(isObject(Execution) ? Execution.Id : '');
  const machine = String(isObject(StateMachine) ? StateMachine.Id : '');
  const label = state.Label ?? stateName.replaceAll(/[^\w-]/g, '').slice(0, 40);
  const inside = (kind: string): string => `${machine.replace(':stateMachine:', `:${kind}:`)}/${label}`;
  return {
    execution,
    mapRun: `${inside('mapRun')}:${id}`,
    machine: `${machine}/${label}`,
    child: (name) => `${inside('execution')}:${name}`,
  };
}

async function readItems({ scope, state, input }: MapRunRequest): Promise<readonly unknown[]> {
  const reader = state.ItemReader;
  const { storage } = scope.mapRuns;
  if (!reader) return [];
  try {
    if (!storage) throw new Error('There is no S3 to read the items from');
    const { Bucket, Key, VersionId, ...others } = fillObject(reader.Parameters, input, scope);
    if (typeof Bucket !== 'string' || typeof Key !== 'string') throw new Error('Bucket and Key are needed');
    if (Object.keys(others).length > 0) throw new Error(`${Object.keys(others).join(', ')} is not honoured`);
    const text = await storage.getObject({
      Bucket,
      Key,
      ...(typeof VersionId === 'string' ? { VersionId } : {}),
    });
    const items = reader.ReaderConfig.InputType === 'JSON' ? (JSON.parse(text) as unknown) : parseLines(text);
    if (!Array.isArray(items))
      throw new Error('Attempting to map over a JSON file that does not contain a list');
    return items.slice(0, reader.ReaderConfig.MaxItems);
  } catch (error) {
    if (error instanceof StatesError) throw error;
    throw new StatesError('States.ItemReaderFailed', messageOf(error));
  }
}

function fillObject(template: unknown, input: unknown, scope: Scope): Readonly<Record<string, unknown>> {
  const filled = fillTemplate(template, input, scope.context);
  return isObject(filled) ? filled : {};
}

function parseLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts the children in order until all have ended or too many have failed. */
async function runChildren(
  request: MapRunRequest,
  items: readonly unknown[],
  mapRun: MapRun,
  arns: Arns,
): Promise<readonly Child[]> {
  const { scope, state } = request;
  const children: Child[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([scope.signal, stop.signal]);
  const express = isExpress(state);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      const child: Child = {
        index,
        name: randomUUID(),
        input: request.childInput(item, index),
        startDate: scope.now(),
        stopDate: 0,
        status: 'SUCCEEDED',
      };
      children.push(child);
      // Too many failures stop the rest, except running Express executions, which cannot be stopped.
      await runChild(request, child, arns, mapRun, express ? scope.signal : signal);
      if (exceedsTolerance(state, mapRun)) stop.abort(new Error('Too many children failed'));
    }
  };
  const workers = Math.min(request.concurrency || maxChildren, maxChildren, items.length);
  await Promise.all(Array.from({ length: workers }, worker));
  scope.signal.throwIfAborted();
  return children.sort((a, b) => a.index - b.index);
}

function isExpress(state: MapState): boolean {
  const config = state.ItemProcessor.ProcessorConfig;
  return config?.Mode === 'DISTRIBUTED' && config.ExecutionType === 'EXPRESS';
}

async function runChild(
  request: MapRunRequest,
  child: Child,
  arns: Arns,
  mapRun: MapRun,
  signal: AbortSignal,
): Promise<void> {
  const { counts } = mapRun;
  counts.pending -= 1;
  counts.running += 1;
  try {
    child.output = await runExecution(request, child, arns, signal);
    counts.succeeded += 1;
  } catch (error) {
    if (!(error instanceof StatesError) && !signal.aborted) throw error;
    child.status = error instanceof ChildTimedOut ? 'TIMED_OUT' : signal.aborted ? 'ABORTED' : 'FAILED';
    if (error instanceof StatesError && !signal.aborted) child.error = error;
    counts[child.status === 'TIMED_OUT' ? 'timedOut' : child.status === 'ABORTED' ? 'aborted' : 'failed'] +=
      1;
  } finally {
    child.stopDate = request.scope.now();
    counts.running -= 1;
  }
}

class ChildTimedOut extends StatesError {}

/** Runs a child execution with its own history and context, and its own timeout if it is Express. */
async function runExecution(
  { scope, state, runStates }: MapRunRequest,
  child: Child,
  arns: Arns,
  signal: AbortSignal,
): Promise<unknown> {
  const express = isExpress(state);
  const executionArn = arns.child(child.name);
  const history = startHistory({
    now: scope.now,
    limited: !express,
    record: (event) => scope.mapRuns.recordChild?.(executionArn, event),
  });
  const { Execution, StateMachine } = scope.context;
  const context = {
    Execution: {
      ...(isObject(Execution) ? Execution : {}),
      Id: executionArn,
      Name: child.name,
      Input: child.input,
      StartTime: new Date(child.startDate).toISOString(),
    },
    StateMachine: { ...(isObject(StateMachine) ? StateMachine : {}), Id: arns.machine },
  };
  history.add('ExecutionStarted', { input: child.input });
  try {
    checkSize(child.input, arns.machine);
    const timeout = new ChildTimedOut(
      'States.Timeout',
      `The Express execution did not end within ${expressSeconds} s`,
    );
    const output = await withinTime(express ? expressSeconds : undefined, timeout, signal, (inner) =>
      runStates(state.ItemProcessor, child.input, { ...scope, history, context, signal: inner }),
    );
    history.add('ExecutionSucceeded', { output });
    return output;
  } catch (error) {
    if (error instanceof ChildTimedOut) history.add('ExecutionTimedOut', { error: error.error });
    else if (error instanceof StatesError && !signal.aborted)
      history.add('ExecutionFailed', { error: error.error, cause: error.causeText });
    else history.add('ExecutionAborted');
    throw error;
  }
}

/** Without a threshold, one failure is too many. With both kinds, each is checked separately. */
function exceedsTolerance(state: MapState, { counts }: MapRun): boolean {
  const failed = counts.failed + counts.timedOut;
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return failed > 0;
  return (
    (count !== undefined && failed > count) ||
    (percentage !== undefined && (failed / counts.total) * 100 > percentage)
  );
}

/** Writes the results to `<Prefix>/<id of the Map Run>/`: a file for each outcome and a manifest that lists them. */
async function writeResults(
  { scope, state, input }: MapRunRequest,
  id: string,
  mapRun: MapRun,
  children: readonly Child[],
  items: readonly unknown[],
): Promise<unknown> {
  try {
    const { storage } = scope.mapRuns;
    if (!storage) throw new Error('There is no S3 to write the results to');
    const { Bucket, Prefix = '', ...others } = fillObject(state.ResultWriter?.Parameters, input, scope);
    if (typeof Bucket !== 'string' || typeof Prefix !== 'string') throw new Error('Bucket is needed');
    if (Object.keys(others).length > 0) throw new Error(`${Object.keys(others).join(', ')} is not honoured`);
    const folder = `${Prefix === '' || Prefix.endsWith('/') ? Prefix : `${Prefix}/`}${id}/`;
    const put = async (name: string, content: unknown): Promise<{ Key: string; Size: number }> => {
      const Body = JSON.stringify(content);
      const Key = `${folder}${name}`;
      await storage.putObject({ Bucket, Key, Body, ContentType: 'application/json' });
      return { Key, Size: Buffer.byteLength(Body) };
    };
    const started = new Set(children.map(({ index }) => index));
    const pending = items.flatMap((item, index) =>
      started.has(index) ? [] : [{ Input: JSON.stringify(item) }],
    );
    const outcomes = {
      FAILED: children.filter(({ status }) => status !== 'SUCCEEDED').map((child) => reportOf(child, mapRun)),
      PENDING: pending,
      SUCCEEDED: children
        .filter(({ status }) => status === 'SUCCEEDED')
        .map((child) => reportOf(child, mapRun)),
    };
    const ResultFiles: Record<string, { Key: string; Size: number }[]> = {};
    for (const [outcome, list] of Object.entries(outcomes))
      ResultFiles[outcome] = list.length === 0 ? [] : [await put(`${outcome}_0.json`, list)];
    const manifest = await put('manifest.json', {
      DestinationBucket: Bucket,
      MapRunArn: mapRun.mapRunArn,
      ResultFiles,
    });
    mapRun.counts.resultsWritten = children.length;
    return { MapRunArn: mapRun.mapRunArn, ResultWriterDetails: { Bucket, Key: manifest.Key } };
  } catch (error) {
    if (error instanceof StatesError) throw error;
    throw new StatesError('States.ResultWriterFailed', messageOf(error));
  }
}

/** The entry of a child in a result file, with input and output as JSON text. */
function reportOf(child: Child, mapRun: MapRun): Readonly<Record<string, unknown>> {
  const machine = mapRun.mapRunArn.replace(':mapRun:', ':stateMachine:').replace(/:[^:]*$/, '');
  return {
    ...(child.error ? { Cause: child.error.causeText, Error: child.error.error } : {}),
    ExecutionArn: `${machine.replace(':stateMachine:', ':execution:')}:${child.name}`,
    Input: JSON.stringify(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === undefined
      ? {}
      : { Output: JSON.stringify(child.output), OutputDetails: { Included: true } }),
    StartDate: new Date(child.startDate).toISOString(),
    StateMachineArn: machine,
    Status: child.status,
    StopDate: new Date(child.stopDate).toISOString(),
  };
}
