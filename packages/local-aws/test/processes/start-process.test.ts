import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type ProcessOptions, startProcess } from '../../src/processes/start-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

const untilTerminated =
  'process.on("SIGTERM", () => { console.log("saved"); process.exit(0); }); setInterval(() => {}, 1e6); console.log("up");';

function options(script: string, more: Partial<ProcessOptions> = {}): ProcessOptions & { logFile: string } {
  const logFile = join(folder, `${Math.random()}.log`);
  return {
    name: 'Helper',
    program: process.execPath,
    parameters: ['-e', script],
    environment: { ONLY: 'this' },
    folder,
    logFile,
    isReady: async () => readFileSync(logFile, 'utf8').includes('up'),
    log() {},
    ...more,
  };
}

it('starts a program with only the given environment, and lets it finish when it is stopped', async () => {
  const wanted = options(`${untilTerminated} console.log(Object.keys(process.env).join());`);
  const started = await startProcess(wanted);
  await started.stop();
  const output = readFileSync(wanted.logFile, 'utf8').trim().split('\n');
  expect(output.at(-1)).toBe('saved');
  expect(output).toContain('ONLY');
});

it('reports how a program ended that did not start, with the end of its output', async () => {
  const wanted = options('console.error("no such table"); process.exit(3);', { isReady: async () => false });
  await expect(startProcess(wanted)).rejects.toThrow('Helper did not start (exit code 3).\nno such table');
  await expect(startProcess(options('', { program: '/nowhere/helper' }))).rejects.toThrow(
    /did not start \(.*ENOENT/,
  );
});

it('logs that a program ended by itself, but not that it was stopped', async () => {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const stopped = await startProcess(options(untilTerminated, { log }));
  await stopped.stop();
  expect(lines).toEqual([]);
  const other = await startProcess(options(untilTerminated, { log }));
  process.kill(other.pid, 'SIGKILL');
  await vi.waitFor(() => expect(lines[0]).toContain('Helper ended unexpectedly (SIGKILL)'));
});
