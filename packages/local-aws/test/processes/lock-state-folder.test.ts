import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFile, lockStateFolder } from '../../src/processes/lock-state-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-lock-'));
const file = join(folder, lockFile);
afterAll(() => rmSync(folder, { recursive: true }));

it('lets one process hold the lock until it releases it', async () => {
  const lock = await lockStateFolder(folder);
  await expect(lockStateFolder(folder)).rejects.toThrow(
    `Another local cloud (process ${process.pid}) uses ${folder}`,
  );
  lock.release();
  expect(existsSync(file)).toBe(false);
  (await lockStateFolder(folder)).release();
});

it('takes the lock from a dead owner and ends its child processes', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const lock = await lockStateFolder(folder);
  lock.addChild(child.pid ?? 0);
  const left = JSON.parse(readFileSync(file, 'utf8')) as { owner: { pid: number; started: string } };
  writeFileSync(file, JSON.stringify({ ...left, owner: { ...left.owner, started: 'another process' } }));

  const taken = await lockStateFolder(folder);
  const [, signal] = await ended;
  expect(signal).toBe('SIGTERM');
  taken.release();
});

it('replaces an unreadable lock file', async () => {
  writeFileSync(file, 'not json');
  (await lockStateFolder(folder)).release();
});
