import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Io } from './io.ts';
import { runProgram } from './program.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  // The second Ctrl-C does not wait. What was drawing has hidden the cursor.
  if (interrupt.signal.aborted) {
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h');
    process.exit(130);
  }
  interrupt.abort(new DOMException('Interrupted.', 'AbortError'));
});
// The reader of a pipe, such as head, may end first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  env: process.env,
  folder: process.cwd(),
  fetch: globalThis.fetch,
  now: Date.now,
  wait: (milliseconds, signal) => wait(milliseconds, undefined, { ...(signal && { signal }) }),
  async ask(question) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // On a terminal, readline takes Ctrl-C for itself. Ctrl-D ends the input without a reply.
    const ended = new Promise<never>((_, reject) => {
      terminal.once('SIGINT', () => process.emit('SIGINT'));
      terminal.once('close', () => reject(new DOMException('Interrupted.', 'AbortError')));
    });
    try {
      return await Promise.race([terminal.question(question, { signal: interrupt.signal }), ended]);
    } finally {
      terminal.close();
    }
  },
  openBrowser(url) {
    const [program = '', ...parameters] = browserCommands[process.platform] ?? ['xdg-open'];
    // Without a browser the person opens the address that the command prints.
    spawn(program, [...parameters, url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  },
};

const browserCommands: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

process.exitCode = await runProgram(io, process.argv.slice(2), interrupt.signal);
