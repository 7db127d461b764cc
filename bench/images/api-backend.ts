/** What a request to the API needs from AWS, over plain HTTP: tables in memory, the keys of tokens, and S3 without objects. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { assetItem } from '../../adapters/dynamodb/assets/asset-store.ts';
import { memberKey } from '../../adapters/dynamodb/keys.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { tableDefinitions } from '../../test/support/dynamodb/table-definitions.ts';
import { memoryDynamodb } from '../../test/support/memory-dynamodb.ts';
import { fromWire, toWire } from '../model/dynamodb-wire.ts';
import { company } from '../support/bench-cloud.ts';
import { serveParent } from '../support/child-process.ts';
import { pendingAsset } from '../support/seed-library.ts';

type Item = Record<string, unknown>;

export interface ApiBackend {
  readonly endpoint: string;
  /** Of an admin of the company. */
  readonly token: string;
}

/** Assets of the company, all in one folder. */
const assets = 60;
const now = '2026-11-24T08:00:00.000Z';
const subject = 'bench';

serveParent({
  /** @param issuer and client of the user pool that signs the token */
  async start({ issuer, client }: { issuer: string; client: string }): Promise<ApiBackend> {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256' }] };
    const memory = memoryDynamodb(tableDefinitions);
    memory.tables.jobs.put({
      ...memberKey(company, subject),
      company,
      subject,
      kind: 'person',
      role: 'admin',
      added: now,
      addedBy: subject,
    });
    for (let number = 0; number < assets; number += 1) {
      const item = assetItem(pendingAsset(`image-${number}`), defaultSettings);
      memory.tables.assets.put(JSON.parse(JSON.stringify(item)) as Item);
    }

    const server = createServer((request, response) => {
      void respond(request, response);
    });
    server.keepAliveTimeout = 600_000;
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: await new SignJWT({ sub: subject, token_use: 'id', aud: client })
        .setIssuer(issuer)
        .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
        .setExpirationTime('1h')
        .sign(privateKey),
    };

    async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const body = await buffer(request);
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      if (operation !== undefined) {
        const { status, result } = execute(operation, JSON.parse(body.toString()) as Item);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(result));
      } else if (request.url?.endsWith('jwks.json')) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks));
      } else if (request.method === 'PUT') {
        response.writeHead(200, { etag: '"0"' }).end();
      } else {
        response.writeHead(404, { 'content-type': 'application/xml' });
        response.end(
          '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>No such key</Message></Error>',
        );
      }
    }

    function execute(operation: string, body: Item): { status: number; result: Item } {
      const input = fromWire(body) as Item;
      try {
        const output = memory.service.execute(operation.replace(/Items?$/, ''), input, { input });
        return { status: 200, result: toWire(output as Item) };
      } catch (error) {
        const { name, message } = error as Error;
        return { status: 400, result: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message } };
      }
    }
  },
});
