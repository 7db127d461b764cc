import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A running program. Process ids are reused, so the start time is part of its identity. */
interface ProcessId {
  readonly pid: number;
  /** Empty except on Linux. */
  readonly started: string;
}

interface Lock {
  readonly owner: ProcessId;
  readonly children: readonly ProcessId[];
}

/** File in the state folder while a cloud uses it. */
export const lockFile = 'lock.json';

export interface StateLock {
  /** Records a child process, so that the next start can end it if this process is killed. */
  addChild(pid: number): void;
  release(): void;
}

/**
 * Locks a state folder for this process. Processes left by a killed owner are ended first.
 * @throws Error if another process uses the folder
 */
export async function lockStateFolder(folder: string): Promise<StateLock> {
  const file = join(folder, lockFile);
  const own: ProcessId = { pid: process.pid, started: startOf(process.pid) };
  const children: ProcessId[] = [];

  if (existsSync(file)) {
    const left = readLock(file);
    if (left && isRunning(left.owner)) {
      throw new Error(
        `Another local cloud (process ${left.owner.pid}) uses ${folder}. Stop it, or use another state folder.`,
      );
    }
    for (const child of left?.children ?? []) await end(child);
    rmSync(file);
  }
  const write = (flag: 'wx' | 'w'): void =>
    writeFileSync(file, JSON.stringify({ owner: own, children } satisfies Lock), { flag });
  try {
    write('wx');
  } catch {
    throw new Error(`Another local cloud has just locked ${folder}.`);
  }
  return {
    addChild(pid) {
      children.push({ pid, started: startOf(pid) });
      write('w');
    },
    release() {
      rmSync(file, { force: true });
    },
  };
}

function readLock(file: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Lock;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }: ProcessId): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return startOf(pid) === started;
}

async function end(child: ProcessId): Promise<void> {
  // Without a start time it is unknown whether this is still the same process.
  if (child.started === '' || !isRunning(child)) return;
  process.kill(child.pid, 'SIGTERM');
  for (let tries = 0; tries < 400 && isRunning(child); tries += 1) await wait(25);
  if (isRunning(child)) process.kill(child.pid, 'SIGKILL');
}

/** Field 22 of /proc/<pid>/stat: clock ticks from boot to the start of the process. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
