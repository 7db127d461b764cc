import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface StartedProcess {
  readonly pid: number;
  /** Sends SIGTERM and waits for the end. After `stopWithinMs` the process is killed, which is logged. */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  /** Name in error texts. */
  readonly name: string;
  readonly program: string;
  readonly parameters: readonly string[];
  /** The complete environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Receives output and errors. */
  readonly logFile: string;
  /** Called every 20 ms until it returns true. */
  isReady(): Promise<boolean>;
  log(line: string): void;
}

const readyWithinMs = 30_000;
const stopWithinMs = 30_000;

/**
 * Starts a program and waits until it is ready.
 * @throws Error with the end of its output if it ends early or is not ready within 30 s
 */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  const output = openSync(options.logFile, 'a');
  const child = spawn(options.program, options.parameters, {
    cwd: options.folder,
    env: { ...options.environment },
    stdio: ['ignore', output, output],
    // A Ctrl-C in a terminal reaches the whole process group. The child must end later, after its clients.
    detached: true,
  });
  closeSync(output);
  const ended = whenEnded(child);
  // If this process exits without stopping its children, they must end as well.
  const endChild = (): void => void child.kill('SIGTERM');
  process.once('exit', endChild);
  void ended.then(() => process.removeListener('exit', endChild));
  let stopping = false;
  let ready = false;

  void ended.then((how) => {
    if (ready && !stopping)
      options.log(`${options.name} ended unexpectedly (${how}). See its output in ${options.logFile}.`);
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    child.kill('SIGTERM');
    const how = await Promise.race([ended, wait(stopWithinMs, undefined, { ref: false })]);
    if (how !== undefined) return;
    options.log(`${options.name} did not end within ${stopWithinMs / 1000} s and is killed.`);
    child.kill('SIGKILL');
    await ended;
  };

  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const how = await Promise.race([ended, wait(20)]);
    if (how !== undefined)
      throw new Error(`${options.name} did not start (${how}).\n${tail(options.logFile)}`);
    if (await options.isReady().catch(() => false)) break;
    if (Date.now() > deadline) {
      await stop();
      throw new Error(
        `${options.name} was not ready after ${readyWithinMs / 1000} s.\n${tail(options.logFile)}`,
      );
    }
  }
  ready = true;
  return { pid: child.pid ?? 0, stop };
}

function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n');
}
