/** Processes that are called like functions. */
import { type ChildProcess, fork } from 'node:child_process';

type Work = (argument: never) => unknown;

interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface ReplyMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export interface Child {
  /** @throws an error with the name and the text of the child's */
  call<Result>(name: string, argument?: unknown): Promise<Result>;
  stop(): Promise<void>;
}

/** Starts a file as a process. */
export function startChild(file: string, env: Readonly<Record<string, string>> = {}): Child {
  const child: ChildProcess = fork(file, {
    env: { PATH: process.env.PATH ?? '', ...env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', ({ id, result, error }: ReplyMessage) => {
    const call = open.get(id);
    open.delete(id);
    if (error) call?.reject(Object.assign(new Error(error.message), { name: error.name }));
    else call?.resolve(result);
  });
  child.on('exit', (code) => {
    for (const { reject } of open.values()) reject(new Error(`${file} ended with ${code}`));
  });
  return {
    call<Result>(name: string, argument?: unknown): Promise<Result> {
      const id = calls++;
      const call = Promise.withResolvers<unknown>();
      open.set(id, call);
      child.send({ id, name, argument } satisfies CallMessage);
      return call.promise as Promise<Result>;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

/** Serves the calls of the parent, and ends with it. */
export function serveParent(works: Readonly<Record<string, Work>>): void {
  process.on('message', ({ id, name, argument }: CallMessage) => {
    void run(name, argument).then((reply) => process.send?.({ id, ...reply }));
  });
  process.on('disconnect', () => process.exit(0));

  async function run(name: string, argument: unknown): Promise<Omit<ReplyMessage, 'id'>> {
    try {
      return { result: await works[name]?.(argument as never) };
    } catch (error) {
      const { name: errorName, message } = error as Error;
      return { error: { name: errorName, message } };
    }
  }
}
