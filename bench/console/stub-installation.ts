/**
 * What the console of an installation talks to, on this machine: its distribution, the API and the CDN, each an HTTP/2
 * server of its own. The API has a library of so many assets and checks each kind of response against its contract. It
 * keeps no data, so that the processor belongs to the browser.
 */
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { meRoutes } from '@pressroom/api/companies/me-routes';
import { routes } from '@pressroom/api/routes';
import type { OperationItem, OperationName, OperationResponse } from '@pressroom/client/create-client';
import { buildConsole } from '@pressroom/console/build-console';
import { localCertificate } from '@pressroom/local-aws/edge/certificate';
import sharp from 'sharp';
import { seededRandom } from '../support/statistics.ts';

export const company = 'bench';
/** Subject of the admin who is signed in. */
const subject = '5f0c3a52-40a1-70b4-8a3c-2f6c7d5b1e90';

/** CloudFront compresses at about this level. */
const brotliQuality = 5;

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface StubInstallation {
  /** Address of the console. */
  readonly console: string;
  /** What the browser has in its local storage after a sign-in. */
  readonly session: { readonly name: string; readonly value: string };
  /** Requests that the stub does not know: there should be none. */
  readonly unknown: readonly string[];
  stop(): Promise<void>;
}

const contract: Readonly<Record<string, Route>> = { ...routes, ...meRoutes };

interface Route {
  readonly path: string;
  readonly response: { readonly schema: { parse(body: unknown): unknown } };
}

type Answer = (query: URLSearchParams) => unknown;

/** @param assets in the library @param folder for the certificate */
export async function startStubInstallation(assets: number, folder: string): Promise<StubInstallation> {
  const certificate = await localCertificate(folder);
  const unknown: string[] = [];
  const pictures = await thumbnails();
  const cdn = await serve(certificate, (stream, headers) => {
    const index = Number(/\d+/.exec(String(headers[':path']))?.[0] ?? 0);
    const picture = pictures[index % pictures.length] ?? Buffer.alloc(0);
    stream.respond({
      ':status': 200,
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=3600',
    });
    stream.end(picture);
  });
  const answers = answersOf(assets, cdn.address);
  const checked = new Set<OperationName>();
  const known = [...answers].flatMap(([name, answer]) => {
    const route = contract[name];
    return route ? [{ name, answer, route, pattern: patternOf(route.path) }] : [];
  });
  const api = await serve(certificate, (stream, headers) => {
    const url = new URL(String(headers[':path']), 'https://api');
    const cors = {
      'access-control-allow-origin': headers.origin ?? '*',
      'access-control-allow-headers': 'authorization,content-type,if-match',
      'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
      // As infra/stacks/api-stack.ts.
      'access-control-max-age': '3600',
      'access-control-expose-headers': 'etag',
    };
    if (headers[':method'] === 'OPTIONS') {
      stream.respond({ ':status': 204, ...cors });
      stream.end();
      return;
    }
    const found = known.find(({ pattern }) => pattern.test(url.pathname));
    if (!found) {
      unknown.push(`${headers[':method']} ${url.pathname}`);
      stream.respond({ ':status': 404, 'content-type': 'application/json', ...cors });
      stream.end('{}');
      return;
    }
    const body = found.answer(url.searchParams);
    if (!checked.has(found.name)) found.route.response.schema.parse(body);
    checked.add(found.name);
    stream.respond({ ':status': 200, 'content-type': 'application/json', ...cors });
    stream.end(JSON.stringify(body));
  });
  const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_bench';
  const clientId = 'bench';
  const config = { api: api.address, signIn: { issuer, clientId, pages: cdn.address } };
  const files = compressedFiles(await buildConsole(), JSON.stringify(config));
  const distribution = await serve(certificate, (stream, headers) => {
    const path = String(headers[':path']).replace(/\?.*/, '');
    if (path === '/empty') {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('<!doctype html><title>Empty</title><body style="margin:0"><div id="tall"></div>');
      return;
    }
    // As functions/find-page: each address of a page is the same document.
    const file = files.get(path) ?? files.get('/index.html');
    stream.respond({ ':status': 200, 'content-encoding': 'br', ...file?.headers });
    stream.end(file?.body);
  });
  return {
    console: distribution.address,
    session: {
      name: `oidc.user:${issuer}:${clientId}`,
      value: JSON.stringify({
        access_token: 'bench',
        refresh_token: 'bench',
        token_type: 'Bearer',
        scope: 'openid email profile',
        profile: { sub: subject, iss: issuer, aud: clientId, exp: 4_000_000_000, iat: 1_700_000_000 },
        expires_at: 4_000_000_000,
      }),
    },
    unknown,
    async stop() {
      for (const one of [cdn, api, distribution]) await one.stop();
    },
  };
}

async function serve(
  { cert, key }: { readonly cert: string; readonly key: string },
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
) {
  const server = http2.createSecureServer({ cert, key });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    // A browser that scrolls past a picture resets its stream.
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    address: `https://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function compressedFiles(folder: string, config: string) {
  const compress = (body: Buffer | string) =>
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } });
  const files = new Map<string, { readonly headers: Record<string, string>; readonly body: Buffer }>();
  for (const path of globSync('_/*', { cwd: folder })) {
    const contentType = contentTypes[extname(path)] ?? 'application/octet-stream';
    files.set(`/${path}`, {
      headers: { 'content-type': contentType, 'cache-control': 'public, max-age=31536000, immutable' },
      body: compress(readFileSync(join(folder, path))),
    });
  }
  const put = (path: string, contentType: string, body: Buffer | string) =>
    files.set(path, {
      headers: { 'content-type': contentType, 'cache-control': 'no-cache' },
      body: compress(body),
    });
  put('/index.html', 'text/html; charset=utf-8', readFileSync(join(folder, 'index.html')));
  put('/config.json', 'application/json', config);
  return files;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** Pictures of 512 pixels with some detail, as thumbnails of photographs have. */
async function thumbnails(): Promise<readonly Buffer[]> {
  return Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      const circles = Array.from({ length: 40 }, (__, at) => {
        const random = seededRandom(index * 100 + at);
        const colour = `hsl(${Math.floor(random() * 360)} 60% ${30 + Math.floor(random() * 50)}%)`;
        return `<circle cx="${random() * 512}" cy="${random() * 384}" r="${10 + random() * 80}" fill="${colour}"/>`;
      });
      const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="384">${circles.join('')}</svg>`;
      return sharp(Buffer.from(drawing)).webp({ quality: 80 }).toBuffer();
    }),
  );
}

const at = '2026-11-24T08:30:00.000Z';
const things = ['shoe', 'boot', 'jacket', 'table', 'chair', 'lamp', 'scarf', 'shirt'] as const;

function assetOf(number: number, cdn: string): OperationItem<'searchAssets'> {
  const random = seededRandom(number);
  const id = `${things[number % things.length]}-${String(number).padStart(6, '0')}`;
  const isLive = random() < 0.7;
  // As long as a signed address is.
  const signed = `expires=1796113800&key=${'k'.repeat(16)}&sig=${'s'.repeat(43)}`;
  return {
    id,
    type: 'image',
    mimeType: 'image/jpeg',
    bytes: Math.floor(random() * 5_000_000),
    width: 3_000,
    height: 2_000,
    thumbHash: '3OcRJYB4d3h/iIeHeEh3eIhw+j2w',
    folder: '/catalogue/2026/',
    fileName: `${id}.jpg`,
    version: 1,
    intent: isLive ? 'live' : 'pending',
    published: isLive,
    publications: isLive ? { 'image-serving': { version: 1, at, by: subject } } : {},
    urls: isLive ? { image: `${cdn}/is/image/${company}/${id}` } : {},
    thumbnailUrl: `${cdn}/preview/${number}/is/image/${company}/${id}?wid=512&${signed}`,
    previewUrl: `${cdn}/preview/${number}/is/image/${company}/${id}?${signed}`,
    title: `${id} of the autumn collection`,
    keywords: ['autumn', 'catalogue'],
    unused: true,
    incomplete: false,
    stillLive: false,
    uploadedAt: at,
    created: at,
    createdBy: subject,
    modified: at,
    modifiedBy: subject,
  };
}

function jobOf(number: number): OperationItem<'listJobs'> {
  return {
    id: `01KB0000000000000000${String(number).padStart(6, '0')}`,
    kind: 'upload',
    name: `Upload ${number} 2026-11-24 09:30`,
    givenName: `Upload ${number}`,
    status: 'succeeded',
    counts: { total: 12, done: 12, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: 24_000_000 },
    progress: 1,
    planned: true,
    submitted: at,
    submittedBy: subject,
    user: subject,
    duration: 12.5,
    started: at,
    ended: at,
    folder: '/catalogue/',
    destination: `${company}/catalogue/`,
    publishAfterUploading: true,
    overwrite: true,
  };
}

function answersOf(assets: number, cdn: string): ReadonlyMap<OperationName, Answer> {
  const counts = {
    total: 12,
    done: 12,
    skipped: 0,
    warnings: 0,
    errors: 0,
    notReached: 0,
    bytes: 24_000_000,
  };
  const ended = Array.from({ length: 10 }, (_, number) => ({
    id: `job-${number}`,
    name: `Autumn collection ${number}`,
    kind: 'publish' as const,
    status: 'succeeded' as const,
    user: subject,
    counts,
    ended: at,
  }));
  const none = { count: 0, items: [] };
  const typed: { readonly [Name in OperationName]?: (query: URLSearchParams) => OperationResponse<Name> } = {
    readMe: () => ({
      subject,
      name: 'Ann Example',
      email: 'ann@example.com',
      companies: [{ company, role: 'admin', kind: 'person' }],
    }),
    readSettings: () => ({
      timeZone: 'Europe/Berlin',
      publishOnUpload: 'now',
      retainPublishState: true,
      overwriteMode: 'any-folder-any-extension',
      allowActiveContent: false,
      autoQuality: false,
      servers: ['image-serving', 'video'],
    }),
    readChanges: () => ({ since: at, changed: [] }),
    readOverview: () => ({
      failedJobs: none,
      pausedSchedules: none,
      incompleteSets: none,
      unfinishedJobs: none,
      lastPublished: { count: ended.length, items: ended },
      nextRuns: none,
      partial: false,
    }),
    readUsage: () => ({ quota: {}, items: [] }),
    listMembers: () => ({ items: [] }),
    listFolders: () => ({
      items: ['archive', 'catalogue', 'press'].map((name) => ({ path: `/${name}/`, name })),
    }),
    listJobs: () => ({ items: Array.from({ length: 50 }, (_, number) => jobOf(number)) }),
    searchAssets: (query) => {
      const first = Number(query.get('cursor') ?? 0);
      const last = Math.min(assets, first + Number(query.get('limit') ?? 100));
      return {
        items: Array.from({ length: last - first }, (_, index) => assetOf(first + index, cdn)),
        total: assets,
        ...(last < assets && { next: String(last) }),
        ...(query.has('facets') && {
          facets: {
            type: [{ value: 'image', count: assets }],
            state: [{ value: 'published', count: assets }],
          },
        }),
      };
    },
  };
  return new Map(Object.entries(typed) as [OperationName, Answer][]);
}
