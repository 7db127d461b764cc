/** Over the wire: what the SDK makes of a 304 without a body is no matter for a mock. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { servedImageSettings } from '../../../adapters/s3/served-image-settings.ts';

const large = {
  name: 'large',
  commands: 'wid=3',
  version: 1,
  modified: '2026-11-24T08:30:00.000Z',
  modifiedBy: 'a',
};
let stored: { body: string; etag: string } | undefined;
let isBusy = false;
const sent: string[] = [];
let server: Server;
let client: S3Client;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (isBusy) {
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code><Message>Slow down</Message></Error>');
    } else if (!stored) {
      sent.push('404');
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NoSuchKey</Code><Message>None</Message></Error>');
    } else if (request.headers['if-none-match'] === stored.etag) {
      sent.push('304');
      response.writeHead(304, { etag: stored.etag });
      response.end();
    } else {
      sent.push(`200 ${request.url}`);
      response.writeHead(200, { etag: stored.etag, 'content-type': 'application/json' });
      response.end(stored.body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});

afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

it('presets and settings are asked for each time, and sent again only if they have changed', async () => {
  const read = servedImageSettings(() => client, 'masters');
  expect(await read('luma', 5_000)).toEqual({ presets: [] });
  stored = { body: JSON.stringify({ presets: [large] }), etag: '"one"' };
  expect(await read('luma', 5_000)).toEqual({ presets: [large] });
  expect(await read('luma', 5_000)).toEqual({ presets: [large] });
  stored = { body: JSON.stringify({ presets: [{ ...large, commands: 'wid=4' }] }), etag: '"two"' };
  expect(await read('luma', 5_000)).toMatchObject({ presets: [{ commands: 'wid=4' }] });
  stored = undefined;
  expect(await read('luma', 5_000)).toEqual({ presets: [] });
  const path = '200 /masters/luma/settings/images.json?x-id=GetObject';
  expect(sent).toEqual(['404', path, '304', path, '404']);
});

it('a busy S3 is an error that can be tried again, and not a company without presets', async () => {
  isBusy = true;
  const read = servedImageSettings(() => client, 'masters');
  await expect(read('luma', 5_000)).rejects.toMatchObject({ code: 'storage.busy' });
  isBusy = false;
});
