import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MapRun } from './scope.ts';

/** Milliseconds for which a closed execution and its name are kept (AWS: 90 days). */
const kept = 90 * 24 * 3_600_000;

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution as DescribeExecution shows it. Times in milliseconds since 1970, input and output as JSON text. */
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
  /** The executions that the file held when it was opened. */
  readonly found: readonly Execution[];
  /** Writes an execution as it stands now; resolves when it would survive a kill of this process. */
  write(execution: Execution): Promise<void>;
}

/** Opens a machine's journal: JSON lines, of which the last one about an execution counts. */
export function openExecutionJournal(file: string, now: number): ExecutionJournal {
  const executions = new Map<string, Execution>();
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const execution = parse(line);
      if (execution) executions.set(execution.name, execution);
    }
  const found = [...executions.values()].filter(
    ({ stopDate }) => stopDate === undefined || now - stopDate < kept,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, found.map((execution) => `${JSON.stringify(execution)}\n`).join(''));
  renameSync(`${file}.new`, file);
  let last: Promise<void> = Promise.resolve();
  return {
    found,
    write(execution) {
      const line = `${JSON.stringify(execution)}\n`;
      // One after the other: two appends at once could change places, and the last line counts.
      last = last.catch(() => {}).then(() => appendFile(file, line));
      return last;
    },
  };
}

/** Nothing for an empty line or one that a kill cut off. */
function parse(line: string): Execution | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Execution);
  } catch {
    return undefined;
  }
}
