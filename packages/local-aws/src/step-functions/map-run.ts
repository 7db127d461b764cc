import { randomUUID } from 'node:crypto';
import type { MapState, StateGroup } from './definition.ts';
import { startHistory } from './history.ts';
import { isObject } from './json-path.ts';
import { checkSize } from './payload-size.ts';
import { fillTemplate } from './payload-template.ts';
import type { MapRun, Scope } from './scope.ts';
import { StatesError } from './states-error.ts';
import { withinTime } from './wait.ts';

/** Children that run at once where MaxConcurrency is absent or 0 (AWS: Map Run quotas). */
const mostChildren = 10_000;
/** Seconds that an Express child may run (AWS: Express executions). */
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
  /** Of the Map state, after InputPath. */
  readonly input: unknown;
  readonly concurrency: number | undefined;
  /** The list where no ItemReader reads it. */
  readonly itemsOfInput: () => readonly unknown[];
  /** An item's input for its child: what ItemSelector makes of it. */
  readonly childInput: (item: unknown, index: number) => unknown;
  readonly scope: Scope;
  readonly runStates: (group: StateGroup, input: unknown, scope: Scope) => Promise<unknown>;
}

/**
 * Runs a Map state in distributed mode: one child execution per item.
 * @returns the outputs of the children that succeeded, in the items' order; with a ResultWriter, where they were written
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
    const tooMany = failedTooOften(state, mapRun);
    const result = state.ResultWriter
      ? await writeResults(request, id, mapRun, children, items)
      : children.flatMap(({ status, output }) => (status === 'SUCCEEDED' ? [output] : []));
    if (tooMany)
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
  /** Of the state machine as the children have it: with the Map's label. */
  readonly machine: string;
  readonly child: (name: string) => string;
}

/** A label is the Label field or the state's name, cut to the 40 characters that a label may have. */
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
    if (!Array.isArray(items)) throw new Error('Attempting to map over a JSON file that holds no list');
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

/** Begins one child after the other until all are through or too many have failed. */
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
      // Too many failures stop the rest, but a running Express execution cannot be stopped: it ends by itself.
      await runChild(request, child, arns, mapRun, express ? scope.signal : signal);
      if (failedTooOften(state, mapRun)) stop.abort(new Error('Too many children failed'));
    }
  };
  const workers = Math.min(request.concurrency || mostChildren, mostChildren, items.length);
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

/** A child execution: a history, a context and, where it is Express, a time of its own. */
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
    const timeout = new ChildTimedOut('States.Timeout', `An Express execution may take ${expressSeconds} s`);
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

/** Without a threshold of either kind, one failure is too many; with both, each counts for itself. */
function failedTooOften(state: MapState, { counts }: MapRun): boolean {
  const failed = counts.failed + counts.timedOut;
  const { ToleratedFailureCount: most, ToleratedFailurePercentage: share } = state;
  if (most === undefined && share === undefined) return failed > 0;
  return (
    (most !== undefined && failed > most) || (share !== undefined && (failed / counts.total) * 100 > share)
  );
}

/** Writes the results below `<Prefix>/<id of the Map Run>/`: a file for each outcome and the manifest that lists them. */
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
    const begun = new Set(children.map(({ index }) => index));
    const pending = items.flatMap((item, index) =>
      begun.has(index) ? [] : [{ Input: JSON.stringify(item) }],
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

/** A child in a result file: what its execution was given and gave, both as JSON text. */
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
