import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createPorts } from '../../src/endpoint/free-ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-ports-'));
const file = join(folder, 'ports.json');
afterAll(() => rmSync(folder, { recursive: true }));

it('gives each name its own port, also for concurrent requests', async () => {
  const port = createPorts(file);
  const given = await Promise.all(['api', 'edge', 'aws', 'api'].map(port));
  expect(new Set(given).size).toBe(3);
  expect(given[3]).toBe(given[0]);
});

it('gives a name its earlier port again if it is free', async () => {
  const earlier = await createPorts(file)('api');
  expect(await createPorts(file)('api')).toBe(earlier);

  const taken = await listen(earlier);
  expect(await createPorts(file)('api')).not.toBe(earlier);
  taken.close();
});

it('uses a fixed port, and throws an error if it is not free', async () => {
  const taken = await listen(0);
  const address = taken.address();
  const fixed = typeof address === 'object' && address ? address.port : 0;
  await expect(createPorts(file, { edge: fixed })('edge')).rejects.toThrow(
    `Port ${fixed} for "edge" is not free`,
  );
  await new Promise((resolve) => taken.close(resolve));
  expect(await createPorts(file, { edge: fixed })('edge')).toBe(fixed);
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
