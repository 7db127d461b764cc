import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPublicJson } from '../../../adapters/tokens/fetch-public-json.ts';

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/keys') response.end('{"keys":[]}');
    else if (request.url === '/large') response.end(`"${'x'.repeat(300_000)}"`);
    else if (request.url === '/redirect') response.writeHead(302, { location: '/keys' }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('JSON of another system', () => {
  it('is fetched', async () => {
    expect(await fetchPublicJson(`${origin}/keys`, { allowLoopback: true })).toEqual({ keys: [] });
  });

  it.each([
    ['/large', 'has more than 200000 bytes'],
    ['/redirect', 'responded with 302, not 200'],
    ['/other', 'responded with 404, not 200'],
  ])('of %s is refused', async (path, message) => {
    await expect(fetchPublicJson(origin + path, { allowLoopback: true })).rejects.toThrow(message);
  });

  it.each([
    ['http://ci.example.com/keys', [], 'must begin with https://'],
    ['https://169.254.169.254/latest/meta-data/', [], 'is not a public address (link-local)'],
    ['https://localhost/keys', [], 'is not a name of the public internet'],
    ['https://ci.example.com/keys', ['10.0.0.7'], 'has an address that is not public (private)'],
    ['https://ci.example.com/keys', ['93.184.216.34', 'fd00:ec2::254'], 'not public (unique local)'],
  ])('of %s at %j is not fetched', async (url, addresses, message) => {
    const resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    await expect(fetchPublicJson(url, { resolve })).rejects.toThrow(message);
  });
});
