/** The function as it is deployed: bundled for CloudFront, and run in a plain vm. */
import vm from 'node:vm';
import { compileEdgeFunction, type EdgeFunctionResult } from '@pressroom/local-aws/edge/edge-function';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandTexts } from '../../../domain/delivery/image-command-texts.ts';
import { type FailureCode, statusOf, titleOf } from '../../../domain/failure.ts';
import { edgeFailures } from '../../../functions/check-request/edge-failures.ts';
import { bundleEdgeFunction, edgeCodeLimit } from '../../../infra/constructs/edge-bundle.ts';

const code = bundleEdgeFunction('check-request');
const run = compileEdgeFunction(code);

type EdgeHeaders = Readonly<Record<string, { readonly value: string }>>;

function ask(uri: string, query?: string, method = 'GET', headers: EdgeHeaders = {}): EdgeFunctionResult {
  return run(
    {
      version: '1.0',
      context: {
        distributionDomainName: 'd111111abcdef8.cloudfront.net',
        distributionId: 'EDFDVBD6EXAMPLE',
        eventType: 'viewer-request',
        requestId: 'request-1',
      },
      viewer: { ip: '198.51.100.11' },
      // The parsed query is empty, because nothing may depend on it.
      request: { method, uri, querystring: {}, headers, cookies: {} },
    },
    query,
  );
}

function passed(uri: string, query?: string): { uri: string; query: unknown } {
  const result = ask(uri, query);
  if (result.kind !== 'request')
    throw new Error(`${uri}?${query} was answered ${result.response.statusCode}`);
  return { uri: result.request.uri, query: result.request.querystring };
}

function refused(uri: string, query?: string) {
  const result = ask(uri, query);
  if (result.kind !== 'response') throw new Error(`${uri}?${query} was let through`);
  const { statusCode, headers, body } = result.response;
  return { statusCode, headers, problem: JSON.parse((body as { data: string }).data) };
}

describe('check-request', () => {
  it('leaves room for more commands below CloudFront’s size limit', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(edgeCodeLimit * 0.95);
  });

  it.each([
    ['/is/image/luma/red-shoe', undefined, '/is/image/luma/red-shoe', ''],
    ['/is/image/luma/red-shoe', '', '/is/image/luma/red-shoe', ''],
    ['/is/image/luma/red-shoe', 'hei=20&WID=10', '/is/image/luma/red-shoe', 'wid=10&hei=20'],
    ['/is/image/luma/red-shoe', 'WID=1&wid=2', '/is/image/luma/red-shoe', 'wid=2'],
    ['/is/image/luma/red-shoe', 'wid=2&WID=1', '/is/image/luma/red-shoe', 'wid=1'],
    ['/is/image/luma/%72ed%2Dshoe', 'fmt=jpg', '/is/image/luma/red-shoe', ''],
    ['/is/image/luma/caf%c3%a9 x', 'id=7', '/is/image/luma/caf%C3%A9%20x', 'id=7'],
    ['/is/image/luma/terrace (north)!', '', '/is/image/luma/terrace%20%28north%29%21', ''],
    ['/is/image/luma/é', 'id=é', '/is/image/luma/%C3%A9', ''],
    // A campaign's parameters are ignored, and are no part of the cache key.
    ['/is/image/luma/red-shoe', 'utm_source=mail&wid=10&fbclid=x', '/is/image/luma/red-shoe', 'wid=10'],
    ['/is/image/luma/red-shoe', 'wid=10&amp;hei=20', '/is/image/luma/red-shoe', 'wid=10&hei=20'],
    // Decomposed letters, as a Mac types them.
    ['/is/image/luma/cafe%CC%81', '', '/is/image/luma/caf%C3%A9', ''],
    ['/is/content/luma/A%CC%8Angstro%CC%88m', '', '/luma/content/%C3%85ngstr%C3%B6m', ''],
    ['/e2/luma/Vie%CC%A3%CC%82t', '', '/luma/Vi%E1%BB%87t', ''],
    ['/is/image/luma/%E3%81%8B%E3%82%99', '', '/is/image/luma/%E3%81%8C', ''],
    ['/is/content/luma/catalogue', 'x=1&y', '/luma/content/catalogue', ''],
    ['/is/content/luma/catalogue', 'utm_source=a&amp;id=7', '/luma/content/catalogue', 'id=7'],
    ['/is/content/luma/price%20list', undefined, '/luma/content/price%20list', ''],
    ['/e2/luma/film', 't=10', '/luma/film', ''],
    ['/e2/luma/film', 'id=6&versionId=3&ID=7&acl', '/luma/film', 'id=7'],
    ['/is/content/luma/catalogue', 'id=a b', '/luma/content/catalogue', ''],
    ['/is/content/luma/catalogue', 'id=1234567890123', '/luma/content/catalogue', ''],
    ['/is/content/luma/catalogue', 'id=%zz', '/luma/content/catalogue', ''],
    [
      '/is/image/luma/red-shoe',
      'wid=3&req=set,json&handler=a&x=1',
      '/is/image/luma/red-shoe',
      'req=set,json&handler=a',
    ],
    // They say what the request is as it was sent.
    [
      '/is/image/luma/red-shoe',
      'x=1&WID=3&req=validate',
      '/is/image/luma/red-shoe',
      'x=1&WID=3&req=validate',
    ],
    ['/is/image/luma/red-shoe', 'req=RESOLVE&wid=a', '/is/image/luma/red-shoe', 'req=RESOLVE&wid=a'],
    ['/is/image/luma/red-shoe', '$Big$&wid=3', '/is/image/luma/red-shoe', '$big$&wid=3'],
    [
      '/is/image/luma/red-shoe',
      'crop=1,2,3,4&cropn=.5,0,.5,1',
      '/is/image/luma/red-shoe',
      'crop=1,2,3,4&cropN=0.5,0,0.5,1',
    ],
  ])('sends %s?%s to %s?%s', (uri, query, originUri, originQuery) => {
    expect(passed(uri, query)).toEqual({ uri: originUri, query: originQuery });
  });

  it.each([
    '/',
    '/robots.txt',
    '/luma/image/red-shoe',
    '/luma/content/catalogue',
    '/luma/film',
    '/is/image/luma/../other/red',
    '/is/image/luma/..%2f..%2fother',
    '/is/image/luma/%2e%2e%2fother',
    '/is/image/luma/%252e%252e%252fother',
    '/is/content/luma/..',
    '/is/content/luma/image/red-shoe',
    '/is/content/../luma/content/a',
    '/is/content/luma//a',
    '/is/content//luma/a',
    '/e2/luma/a%00.mp4',
    '/e2/luma/a%0d%0aset-cookie:x',
    '/is/image/luma/a%2Bb',
    '/is/image/luma/a+b',
    '/is/image/luma/100%25',
    '/is/image/luma/a%5c..%5cb',
    `/is/image/luma/${'x'.repeat(201)}`,
    `/is/image/luma/${'a/'.repeat(4_000)}`,
    `/is/image/${'%41'.repeat(2_000)}/a`,
  ])('answers 404 to %.80s', (uri) => {
    expect(refused(uri, 'wid=1')).toMatchObject({
      statusCode: 404,
      problem: { type: 'urn:pressroom:delivery.not-found', status: 404, requestId: 'request-1' },
    });
  });

  it.each([
    '/is/image/luma/%',
    '/is/image/luma/a%E0%A4%A',
    '/e2/luma/%C0%AE%C0%AE',
    '/is/content/luma/%ED%A0%80',
  ])('answers 400 to the broken encoding of %s', (uri) => {
    expect(refused(uri)).toMatchObject({ statusCode: 400, problem: { code: 'request.invalid' } });
  });

  it.each([
    ['width=1&wid=none&qlt=80', 'wid=none&qlt=80'],
    ['wid=6000', 'wid=6000'],
    ['fit=1,2,3', 'fit=1,2,3'],
    ['wid=%zz', 'wid=%25zz'],
    ['fmt=bmp', 'fmt=bmp'],
  ])('leaves the wrong commands of ?%s to the image server', (sent, query) => {
    expect(passed('/is/image/luma/red', sent).query).toBe(query);
  });

  it.each([
    ['fmt=auto', 'image/avif,image/webp,image/apng,*/*;q=0.8', 'fmt=auto,avif'],
    ['fmt=auto', 'image/webp,*/*', 'fmt=auto,webp'],
    ['fmt=AUTO&wid=3', 'image/png,*/*', 'wid=3&fmt=auto'],
    ['fmt=auto', undefined, 'fmt=auto'],
    // What the edge writes cannot be asked for.
    ['fmt=auto,avif', 'image/webp', 'fmt=auto,webp'],
    ['fmt=auto,webp', undefined, 'fmt=auto'],
    ['fmt=png&bfc=on', 'image/avif', 'fmt=png&bfc=on,avif'],
    ['bfc=on,avif', 'image/png', 'bfc=on'],
    ['bfc=off', 'image/avif', ''],
    ['fmt=png', 'image/avif', 'fmt=png'],
    // A preset can contain fmt=auto.
    ['$large$', 'image/avif', '$large$&accepted=avif'],
    ['$large$&accepted=avif', 'image/png', '$large$'],
  ])('negotiates the format of ?%s with a browser that accepts %s: %s', (sent, accept, query) => {
    const result = ask(
      '/is/image/luma/red',
      sent,
      'GET',
      accept === undefined ? {} : { accept: { value: accept } },
    );
    expect(result).toMatchObject({ kind: 'request', request: { querystring: query } });
  });

  it.each<[string, EdgeHeaders, string]>([
    ['network=on', { 'save-data': { value: 'on' } }, 'network=on,slow'],
    ['network=on&wid=3', { ect: { value: '3g' } }, 'wid=3&network=on,slow'],
    ['network=on', { ect: { value: 'slow-2g' } }, 'network=on,slow'],
    ['network=on', { ect: { value: '4g' } }, 'network=on'],
    ['network=on', {}, 'network=on'],
    // What the edge writes cannot be asked for.
    ['network=on,slow', {}, 'network=on'],
    ['network=off', { 'save-data': { value: 'on' } }, ''],
    ['wid=3', { 'save-data': { value: 'on' } }, 'wid=3'],
    ['$large$', { 'save-data': { value: 'on' } }, '$large$&accepted=slow'],
    [
      '$large$',
      { 'save-data': { value: 'on' }, accept: { value: 'image/avif' } },
      '$large$&accepted=avif,slow',
    ],
  ])('writes a slow connection into ?%s with %j: %s', (sent, headers, query) => {
    expect(ask('/is/image/luma/red', sent, 'GET', headers)).toMatchObject({
      kind: 'request',
      request: { querystring: query },
    });
  });

  it.each(Object.entries(edgeFailures))(
    'knows %s as the catalogue of failures does',
    (failure, { status, title }) => {
      expect({ status, title }).toEqual({
        status: statusOf(failure as FailureCode),
        title: titleOf(failure as FailureCode),
      });
    },
  );

  it.each(['GET', 'HEAD'])('treats %s alike', (method) => {
    expect(ask('/is/image/luma/red', 'hei=2&wid=1', method)).toMatchObject({
      kind: 'request',
      request: { method, querystring: 'wid=1&hei=2' },
    });
  });

  it.each(['/is/image/luma/red', '/is/content/luma/a', '/e2/luma/film', '/nothing'])(
    'responds to a preflight request of %s with what is allowed',
    (uri) => {
      expect(ask(uri, undefined, 'OPTIONS')).toEqual({
        kind: 'response',
        response: {
          statusCode: 204,
          headers: {
            'access-control-allow-origin': { value: '*' },
            'access-control-allow-methods': { value: 'GET, HEAD' },
            'access-control-allow-headers': { value: '*' },
            'access-control-max-age': { value: '86400' },
          },
        },
      });
    },
  );

  it.each(Object.values(commandTexts).map(({ example }) => example))(
    'lets the example %s through as it is',
    (example) => {
      expect(passed('/is/image/luma/red', example).query).toBe(example);
    },
  );

  const idText = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((text) => text.replace(/[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/gu, '').trim())
    .filter((text) => text !== '' && !text.startsWith('.'));
  const query = fc
    .record(
      {
        wid: fc.integer({ min: 1, max: 5_000 }),
        hei: fc.integer({ min: 1, max: 5_000 }),
        fmt: fc.constantFrom('jpg', 'webp,rgb,lossless', 'PNG', 'tif,gray'),
        qlt: fc.constantFrom('80', '80,1', '3,0'),
        id: fc.string({ unit: 'grapheme', maxLength: 10 }).map(encodeURIComponent),
      },
      { requiredKeys: [] },
    )
    .map((record) =>
      Object.entries(record)
        .map((pair) => pair.join('='))
        .join('&'),
    );

  it('does not change a canonical request', () => {
    fc.assert(
      fc.property(idText, query, (id, sent) => {
        const once = passed(`/is/image/luma/${encodeURIComponent(id)}`, sent);
        expect(passed(once.uri, String(once.query))).toEqual(once);
      }),
    );
  });

  it('gives an address one form, however it is escaped', () => {
    fc.assert(
      fc.property(idText, fc.boolean(), (id, lower) => {
        const everyByte = [...Buffer.from(id)]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .map((hex) => `%${lower ? hex : hex.toUpperCase()}`)
          .join('');
        expect(passed(`/is/image/luma/${everyByte}`)).toEqual(
          passed(`/is/image/luma/${encodeURIComponent(id)}`),
        );
      }),
    );
  });

  it('responds to any request, and lets none through that leaves the company', () => {
    const path = fc.oneof(
      fc.string({ unit: 'binary-ascii' }).map((text) => `/${text}`),
      fc
        .tuple(
          fc.constantFrom('/is/image/', '/is/content/', '/e2/'),
          fc.constantFrom('luma/', '', '../', '%2e%2e/'),
          fc.string({ unit: 'binary-ascii' }),
        )
        .map((parts) => parts.join('')),
      fc.webPath(),
      fc.string({ unit: 'binary' }).map((text) => `/is/image/luma/${text}`),
    );
    fc.assert(
      fc.property(path, fc.webQueryParameters(), (uri, sent) => {
        const result = ask(uri, sent);
        if (result.kind === 'response') expect([400, 404]).toContain(result.response.statusCode);
        else {
          expect(result.request.uri).toMatch(
            /^(\/is\/image\/[A-Za-z0-9_-]+\/|\/[A-Za-z0-9_-]+\/content\/|\/[A-Za-z0-9_-]+\/)(?!(\.|%2E))[\w.~%-]+$/,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('uses only features of the CloudFront runtime', () => {
    const context = vm.createContext(Object.create(null));
    // Not in runtime 2.0. Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
    vm.runInContext(
      `for (const name of ['Map', 'Set', 'WeakMap', 'WeakSet', 'Proxy', 'Reflect', 'BigInt', 'Intl', 'WeakRef', 'globalThis'])
        delete globalThis[name];
      const lacking = [
        [Array.prototype, ['flat', 'flatMap', 'at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with', 'entries', 'keys', 'values']],
        [String.prototype, ['at', 'matchAll', 'normalize', 'localeCompare', 'isWellFormed', 'toWellFormed']],
        [Object, ['fromEntries', 'hasOwn', 'groupBy']],
        [Array, ['from', 'of']],
      ];
      for (const [holder, names] of lacking) for (const name of names) delete holder[name];
      ${code}
      var answer = (uri, query) => JSON.stringify(handler({
        context: { requestId: 'r' },
        request: { uri, headers: {}, querystring: {}, rawQueryString: () => query },
      }));`,
      context,
    );
    const response = (uri: string, sent: string): unknown =>
      JSON.parse(String(vm.runInContext(`answer(${JSON.stringify(uri)}, ${JSON.stringify(sent)})`, context)));
    expect(response('/is/image/luma/a%20b', 'fmt=webp,,lossless&WID=3&hei=4&fit=crop,1&id=07')).toMatchObject(
      {
        uri: '/is/image/luma/a%20b',
        querystring: 'wid=3&hei=4&fit=crop,1&fmt=webp,rgb,lossless&id=7',
      },
    );
    expect(response('/is/image/luma/a', 'x=1&wid=a&qlt=%&fit=1,2,3&$v=3&bgc=1,2,3&rotate=$v$')).toMatchObject(
      {
        querystring: 'rotate=3&wid=a&fit=1,2,3&bgc=010203&qlt=%25',
      },
    );
    expect(response('/e2/luma/%', '')).toMatchObject({ statusCode: 400 });
    expect(response('/nothing', '')).toMatchObject({ statusCode: 404 });
  });
});
