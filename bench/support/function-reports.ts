/** Reads the logs of functions and executions on the local cloud, as AWS would charge for them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FunctionUse {
  readonly invocations: number;
  /** Billed milliseconds, including starts. */
  readonly billed: number;
  /** Memory of the function in MB. */
  readonly memory: number;
  readonly logBytes: number;
}

export interface MachineUse {
  /** State transitions of the execution, and one for each child of a Distributed Map. */
  readonly transitions: number;
  readonly children: number;
  /** Milliseconds of all children. */
  readonly childMilliseconds: number;
  readonly logBytes: number;
}

const report =
  /^REPORT .*Billed Duration: (\d+) ms\tMemory Size: (\d+) MB(?:\tInit Duration: ([\d.]+) ms)?/gm;

/** The current end of a log, from which later entries are read. */
export function logEnd(logFolder: string, name: string): number {
  const file = join(logFolder, `${name}.log`);
  return existsSync(file) ? statSync(file).size : 0;
}

export function functionUse(logFolder: string, name: string, from: number): FunctionUse {
  const text = readFrom(logFolder, name, from);
  let use = { invocations: 0, billed: 0, memory: 0 };
  for (const [, billed, memory, init = '0'] of text.matchAll(report)) {
    use = {
      invocations: use.invocations + 1,
      billed: use.billed + Number(billed) + Math.ceil(Number(init)),
      memory: Number(memory),
    };
  }
  return { ...use, logBytes: Buffer.byteLength(text) };
}

interface LoggedEvent {
  readonly type: string;
  readonly event_timestamp: string;
  readonly execution_arn: string;
}

/** @param name of the state machine whose children are Express executions */
export function machineUse(logFolder: string, name: string, from: number): MachineUse {
  const text = readFrom(logFolder, name, from);
  const begun = new Map<string, number>();
  let transitions = 0;
  let childMilliseconds = 0;
  let children = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { type, event_timestamp: at, execution_arn: arn } = JSON.parse(line) as LoggedEvent;
    // The ARN of a child has the label of its map after the name of the state machine.
    const isChild = arn.includes(`${name}/`);
    if (!isChild && type.endsWith('StateEntered')) transitions += 1;
    if (!isChild) continue;
    if (type === 'ExecutionStarted') {
      transitions += 1;
      children += 1;
      begun.set(arn, Number(at));
    } else if (type.startsWith('Execution')) childMilliseconds += Number(at) - (begun.get(arn) ?? Number(at));
  }
  return { transitions, children, childMilliseconds, logBytes: Buffer.byteLength(text) };
}

function readFrom(logFolder: string, name: string, from: number): string {
  const file = join(logFolder, `${name}.log`);
  return existsSync(file) ? readFileSync(file).subarray(from).toString('utf8') : '';
}
