import { setTimeout as wait } from 'node:timers/promises';
import { runAction } from './run-action.ts';

const interrupt = new AbortController();
// GitHub sends SIGINT to the step of a cancelled workflow, and SIGTERM some seconds later.
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => interrupt.abort(new DOMException('Interrupted.', 'AbortError')));

process.exitCode = await runAction({
  env: process.env,
  fetch: globalThis.fetch,
  now: Date.now,
  wait: (milliseconds, signal) => wait(milliseconds, undefined, { ...(signal && { signal }) }),
  log: (line) => process.stdout.write(`${line}\n`),
  signal: interrupt.signal,
});
