/** What the local cloud logged of functions and executions, as AWS would charge for it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FunctionUse {
  readonly invocations: number;
  /** Milliseconds that are billed, with those of starts. */
  readonly billed: number;
  /** Of the function: MB. */
  readonly memory: number;
  readonly logBytes: number;
}

export interface MachineUse {
  /** Of the execution itself: its states, and one for each child of a Distributed Map. */
  readonly transitions: number;
  readonly children: number;
  /** Milliseconds of all children. */
  readonly childMilliseconds: number;
  readonly logBytes: number;
}

const report =
  /^REPORT .*Billed Duration: (\d+) ms\tMemory Size: (\d+) MB(?:\tInit Duration: ([\d.]+) ms)?/gm;

/** Where the log of a function or a state machine ends now: what comes later is what follows. */
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

/** @param name of the machine whose children are Express executions */
export function machineUse(logFolder: string, name: string, from: number): MachineUse {
  const text = readFrom(logFolder, name, from);
  const begun = new Map<string, number>();
  let transitions = 0;
  let childMilliseconds = 0;
  let children = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { type, event_timestamp: at, execution_arn: arn } = JSON.parse(line) as LoggedEvent;
    // A child's ARN has the label of its map behind the name of the machine.
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
