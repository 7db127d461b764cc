import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MapRun } from './scope.ts';

/** Time for which a closed execution and its name are kept (AWS: 90 days). */
const retentionMs = 90 * 24 * 3_600_000;

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution with the data of DescribeExecution. Times are milliseconds since 1970; input and output are JSON text. */
export interface Execution {
  readonly name: string;
  readonly startDate: number;
  readonly input: string;
  status: ExecutionStatus;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  readonly mapRuns: MapRun[];
}

export interface ExecutionJournal {
  /** The executions in the file when it was opened. */
  readonly stored: readonly Execution[];
  /** Writes the current state of an execution; resolves when it would survive a kill of this process. */
  write(execution: Execution): Promise<void>;
}

/** Opens a machine's journal: JSON lines, of which the last one for each execution is valid. */
export function openExecutionJournal(file: string, now: number): ExecutionJournal {
  const executions = new Map<string, Execution>();
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const execution = parse(line);
      if (execution) executions.set(execution.name, execution);
    }
  const stored = [...executions.values()].filter(
    ({ stopDate }) => stopDate === undefined || now - stopDate < retentionMs,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, stored.map((execution) => `${JSON.stringify(execution)}\n`).join(''));
  renameSync(`${file}.new`, file);
  let last: Promise<void> = Promise.resolve();
  return {
    stored,
    write(execution) {
      const line = `${JSON.stringify(execution)}\n`;
      // One at a time: concurrent appends could swap, and the last line is valid.
      last = last.catch(() => {}).then(() => appendFile(file, line));
      return last;
    },
  };
}

/** Undefined for an empty line or one that was cut off by a kill. */
function parse(line: string): Execution | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Execution);
  } catch {
    return undefined;
  }
}
