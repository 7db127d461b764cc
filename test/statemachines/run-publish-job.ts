import { readFileSync } from 'node:fs';
import { type RunResult, runStateMachine } from '@pressroom/local-aws/step-functions/run-state-machine';
import { substitute } from '@pressroom/local-aws/step-functions/substitute';
import { assetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import { batchedHistory } from '../../adapters/dynamodb/assets/batched-history.ts';
import { beginJob } from '../../functions/begin-job/begin-job.ts';
import { findRefusedParts } from '../../functions/find-refused-parts/find-refused-parts.ts';
import { finishJob } from '../../functions/finish-job/finish-job.ts';
import { planJob } from '../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../functions/publish-part/publish-part.ts';
import { company } from '../support/builders.ts';
import { cloudNames } from '../support/cloud-names.ts';
import type { PublishCloud } from '../support/publish-cloud.ts';

const text = readFileSync(new URL('../../statemachines/publish-job.asl.json', import.meta.url), 'utf8');
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

export interface PublishJobRun extends RunResult {
  /** Names of the states that were entered, in order. */
  readonly entered: readonly string[];
  /** Functions that were called with what, in order. */
  readonly calls: readonly { readonly name: string; readonly event: unknown; readonly output?: unknown }[];
}

export type FunctionName = 'beginJob' | 'planJob' | 'publishPart' | 'findRefusedParts' | 'finishJob';

/** A worker writes its history in batches, as it ships: what it could not write stays in its memory. */
function historyOfWorker({ memory }: PublishCloud) {
  const { documents } = memory.clients;
  const history = batchedHistory(documents, cloudNames.ASSET_TABLE);
  const { recordPublication, recordWithdrawal, confirmHistory } = assetStore(
    documents,
    cloudNames.ASSET_TABLE,
    { putHistoryItems: history.put },
  );
  return { recordPublication, recordWithdrawal, confirmHistory, flushHistory: history.flush };
}

/**
 * Runs an execution of the shipped definition with the shipped functions on a memory cloud; nothing waits.
 * @param interfere called before each call of a function: may throw in its place
 */
export async function runPublishJob(
  cloud: PublishCloud,
  execution: string,
  options: {
    interfere?: (name: FunctionName, event: unknown) => void;
    /** Called after each call of a function that worked: may throw all the same. */
    crash?: (name: FunctionName, event: unknown) => void;
    /** Called around each call of a function. */
    invoke?: (name: FunctionName, work: () => Promise<unknown>) => Promise<unknown>;
    /** Whose job it is. Default: that of most tests. */
    company?: string;
    /** By default time advances at once. */
    wait?: (milliseconds: number) => Promise<void>;
    signal?: AbortSignal;
  } = {},
): Promise<PublishJobRun> {
  const entered: string[] = [];
  const calls: { name: string; event: unknown; answer?: unknown }[] = [];
  const work: Record<FunctionName, (event: unknown) => Promise<unknown>> = {
    beginJob: (event) => beginJob(event, cloud.dependencies),
    planJob: (event) => planJob(event, cloud.dependencies),
    publishPart: (event) => publishPart(event, { ...cloud.dependencies, ...historyOfWorker(cloud) }),
    findRefusedParts: (event) => findRefusedParts(event, cloud.dependencies),
    finishJob: (event) => finishJob(event, cloud.dependencies),
  };
  const result = await runStateMachine({
    definition: publishJobDefinition(),
    input: inputOf(options.company ?? company, execution),
    async callLambda(arn, event) {
      const name = arn.slice(arn.lastIndexOf(':') + 1) as FunctionName;
      const call: { name: string; event: unknown; output?: unknown } = { name, event };
      calls.push(call);
      options.interfere?.(name, event);
      const run = () => work[name](structuredClone(event));
      const output = await (options.invoke ? options.invoke(name, run) : run());
      options.crash?.(name, event);
      call.output = output;
      return output;
    },
    s3: {
      async getObject({ Key }) {
        const found = cloud.files.get(Key);
        if (found === undefined) throw Object.assign(new Error(`There is no ${Key}`), { name: 'NoSuchKey' });
        return found;
      },
      async putObject({ Key, Body }) {
        cloud.files.set(Key, Body);
      },
    },
    wait:
      options.wait ??
      (async (milliseconds) => {
        cloud.time += milliseconds;
      }),
    identity: {
      executionArn: `arn:aws:states:eu-west-1:123456789012:execution:pressroom-publish-job:${execution}`,
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:pressroom-publish-job',
      roleArn: 'arn:aws:iam::123456789012:role/publish-job',
      startDate: cloud.time,
    },
    onEvent: ({ type, details }) => {
      if (type.endsWith('StateEntered')) entered.push(String(details.name));
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  cloud.executions.set(execution, { status: result.status, stopped: cloud.dependencies.now() });
  return { ...result, entered, calls };
}

/** What EventBridge tells finish-job of an execution that broke. */
export function brokeEvent(
  execution: string,
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
  error?: string,
  of = company,
) {
  return {
    version: '0',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: `arn:aws:states:eu-west-1:123456789012:execution:pressroom-publish-job:${execution}`,
      name: execution,
      status,
      input: JSON.stringify(inputOf(of, execution)),
      error: error ?? null,
      cause: null,
    },
  };
}

const places = {
  beginJobArn: functionArn('beginJob'),
  planJobArn: functionArn('planJob'),
  publishPartArn: functionArn('publishPart'),
  findRefusedPartsArn: functionArn('findRefusedParts'),
  finishJobArn: functionArn('finishJob'),
  jobsBucket: 'jobs',
  partConcurrency: '3',
};

/** The shipped definition; its functions' names end the ARNs that it calls. */
export function publishJobDefinition(): unknown {
  return JSON.parse(substitute(text, places));
}

function inputOf(of: string, execution: string) {
  return { company: of, jobId: execution.slice(0, 26) };
}
