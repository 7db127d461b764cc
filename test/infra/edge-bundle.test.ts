import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bundleEdgeFunction, edgeCodeLimit, refuseTooLarge } from '../../infra/constructs/edge-bundle.ts';

interface Request {
  uri: string;
  querystring: unknown;
  headers: Record<string, never>;
  rawQueryString(): string | undefined;
}

/** As CloudFront does it: the script is run once, without anything of Node, then its global handler is called. */
function run(request: Request): { uri?: string; querystring?: unknown; statusCode?: number } {
  const code = bundleEdgeFunction('check-request');
  const scope = { event: { context: { requestId: 'r-1' }, request } };
  return runInNewContext(`${code};handler(event)`, scope);
}

const request = (uri: string, query?: string): Request => ({
  uri,
  querystring: {},
  headers: {},
  rawQueryString: () => query,
});

it('check-request works as shipped: in a bare script without modules, process, URL or console', () => {
  expect(run(request('/is/image/acme/shoe', 'hei=20&wid=10'))).toMatchObject({
    uri: '/is/image/acme/shoe',
    querystring: expect.stringContaining('wid=10'),
  });
  expect(run(request('/is/content/acme/manual', 'id=3'))).toMatchObject({ uri: '/acme/content/manual' });
  expect(run(request('/nowhere'))).toMatchObject({ statusCode: 404 });
  expect(run(request('/is/image/acme/%'))).toMatchObject({ statusCode: 400 });
});

it('a function larger than CloudFront takes is refused, with its size', () => {
  expect(() => refuseTooLarge('check-request', 'x'.repeat(edgeCodeLimit))).not.toThrow();
  expect(() => refuseTooLarge('check-request', `é${'x'.repeat(edgeCodeLimit - 1)}`)).toThrow(
    'functions/check-request is 10241 bytes when bundled: CloudFront takes 10240 at most.',
  );
});

/** njs is the engine family that CloudFront's runtime comes from; it refuses what is not in its language. */
it.each([
  [
    'check-request',
    { method: 'GET', uri: '/is/image/acme/cafe%CC%81' },
    'hei=20&wid=10&utm_source=x',
    '"uri":"/is/image/acme/caf%C3%A9"',
  ],
  ['check-request', { method: 'GET', uri: '/is/image/acme/%' }, '', '"statusCode":400'],
  [
    'check-request',
    { method: 'GET', uri: '/is/image/acme/shoe' },
    'op_usm=1.50,1,0,0&FMT=JPG&$c=0xFF8800&bgc=$c$&rotate=370',
    '"querystring":"rotate=370&bgc=ff8800&op_usm=1.5"',
  ],
  [
    'check-request',
    { method: 'GET', uri: '/is/image/acme/shoe' },
    '$c=FF8800&layer=02&src=acme/logo&pos=3,0&layer=1&src={other/a?HEI=3&fmt=png&bgColor=$c$&mask=is{cafe%CC%81?wid=4}}&layer=0&crop=1,2,3,4&wid=30&op_blur=2&layer=3&text=Sale,%20now!&font=$object$',
    '"querystring":"crop=1,2,3,4&wid=30&layer=0&op_blur=2&layer=1&src=is%7Bother%2Fa%3Fmask%3Dis%257Bcaf%25C3%25A9%253Fwid%253D4%257D%26bgColor%3Dff8800%26hei%3D3%7D&layer=2&src=logo&pos=3&layer=3&text=Sale,%20now%21&font=shoe"',
  ],
  [
    'check-request',
    { method: 'GET', uri: '/is/image/acme/shoe' },
    `src=${'is{a?src='.repeat(700)}`,
    '"uri":"/is/image/acme/shoe"',
  ],
  ['check-request', { method: 'OPTIONS', uri: '/e2/acme/film' }, '', '"statusCode":204'],
  [
    'check-request',
    { method: 'GET', uri: '/e2/acme/%E1%84%92%E1%85%A1%E1%86%AB' },
    'id=7',
    '"uri":"/acme/%ED%95%9C"',
  ],
] as const)('%s runs in njs: %j ?%s', (folder, request, query, expected) => {
  const response = runInNjs(
    `${bundleEdgeFunction(folder)}
    const request = ${JSON.stringify({ ...request, querystring: {}, headers: {}, cookies: {} })};
    request.rawQueryString = () => ${JSON.stringify(query)};
    console.log(JSON.stringify(handler({ context: { requestId: 'r' }, request })));`,
  );
  expect(response).toContain(expected);
});

it('finish-file runs in njs', () => {
  const response = runInNjs(
    `${bundleEdgeFunction('finish-file')}
    console.log(JSON.stringify(handler({ response: { headers: { 'content-type': { value: 'image/svg+xml' } } } })));`,
  );
  expect(response).toContain('"content-security-policy"');
});

function runInNjs(script: string): string {
  const { stdout, stderr, error } = spawnSync('njs', ['-'], { input: script, encoding: 'utf8' });
  if (error)
    throw new Error('njs is not installed. On Debian or Ubuntu: apt-get install njs', { cause: error });
  return stdout + stderr;
}
