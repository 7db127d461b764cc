import { describe, expect, it } from 'vitest';
import {
  compileEdgeFunction,
  type EdgeFunctionError,
  type EdgeFunctionEvent,
  headersOfReturned,
  maxCodeBytes,
  queryOfReturned,
  runEdgeFunction,
  setCookiesOf,
  toEdgeRequest,
} from '../../src/edge/edge-function.ts';

const event: EdgeFunctionEvent = {
  version: '1.0',
  context: {
    distributionDomainName: 'd111.cloudfront.net',
    distributionId: 'E1',
    eventType: 'viewer-request',
    requestId: 'id',
  },
  viewer: { ip: '192.0.2.7' },
  request: { method: 'GET', uri: '/a', querystring: { wid: { value: '1' } }, headers: {}, cookies: {} },
};

describe('runEdgeFunction', () => {
  it('passes the event to the function and returns its request', () => {
    const code = `function handler(event) {
      event.request.uri = '/' + event.version + event.context.eventType + event.viewer.ip;
      return event.request;
    }`;
    expect(runEdgeFunction(code, event)).toMatchObject({
      kind: 'request',
      request: { uri: '/1.0viewer-request192.0.2.7', querystring: { wid: { value: '1' } } },
    });
  });

  it('waits for an async handler', () => {
    const code = 'async function handler(event) { await Promise.resolve(); return { statusCode: 204 }; }';
    expect(runEdgeFunction(code, event)).toEqual({ kind: 'response', response: { statusCode: 204 } });
  });

  it('provides nothing of Node', () => {
    const code = `function handler() {
      const names = [typeof process, typeof require, typeof Buffer, typeof setTimeout, typeof fetch];
      return { statusCode: 200, body: names.join() };
    }`;
    expect(runEdgeFunction(code, event)).toMatchObject({
      response: { body: 'undefined,undefined,undefined,undefined,undefined' },
    });
  });

  it('resets the variables of the function between requests', () => {
    const run = compileEdgeFunction(
      'let count = 0; function handler() { count += 1; return { statusCode: 200 + count }; }',
    );
    expect([run(event), run(event)]).toEqual([
      { kind: 'response', response: { statusCode: 201 } },
      { kind: 'response', response: { statusCode: 201 } },
    ]);
  });

  it('returns the log and the error of the function without paths of this machine', () => {
    const lines: string[] = [];
    const code = "function handler() { console.log('text', { a: 1 }); throw new Error('boo'); }";
    expect(() => runEdgeFunction(code, event, { log: (line) => lines.push(line) })).toThrow('boo');
    expect(lines[0]).toBe('text {"a":1}');
    expect(lines[1]).toContain('ERROR Error: boo');
    expect(lines[1]).not.toContain('node_modules');
    expect(lines[1]).not.toContain('file:');
  });

  it.each([
    ['throws', 'function handler() { throw new Error("x"); }', 503],
    ['never ends', 'function handler() { for (;;); }', 503],
    ['never settles', 'function handler() { return new Promise(() => {}); }', 503],
    ['evaluates text', 'function handler(event) { return eval("event.request"); }', 503],
    ['has no handler', 'const other = 1;', 503],
    ['returns nothing', 'function handler() {}', 502],
    ['returns an invalid status', 'function handler() { return { statusCode: "200" }; }', 502],
    ['returns a uri without a slash', 'function handler(e) { e.request.uri = "a"; return e.request; }', 502],
    ['puts a query into the uri', 'function handler(e) { e.request.uri = "/a?b"; return e.request; }', 502],
    ['changes the method', 'function handler(e) { e.request.method = "PUT"; return e.request; }', 502],
  ])('fails a function that %s', (_, code, status) => {
    expect(() => runEdgeFunction(code, event)).toThrow(
      expect.objectContaining({ name: 'EdgeFunctionError', status }) as EdgeFunctionError,
    );
  });

  it('refuses code above the size limit of CloudFront', () => {
    const code = `function handler(event) { return event.request; }\n//${'x'.repeat(maxCodeBytes)}`;
    expect(() => compileEdgeFunction(code)).toThrow(/at most 10240/);
  });

  it.each([
    [undefined, 'undefined'],
    ['', 'string'],
    ['b=2&a', 'string'],
  ])('passes the query %s as it was sent', (rawQuery, type) => {
    const code = `function handler(event) {
      const raw = event.request.rawQueryString();
      return { statusCode: 200, body: typeof raw + ' ' + raw };
    }`;
    expect(runEdgeFunction(code, event, rawQuery === undefined ? {} : { rawQuery })).toMatchObject({
      response: { body: `${type} ${rawQuery}` },
    });
  });
});

describe('a request of a function', () => {
  it('has names and values as sent, several of one name in multiValue, and separate cookies', () => {
    const request = toEdgeRequest({
      method: 'GET',
      path: '/a%20b',
      query: 'wid=1&x=%26&wid=2&flag',
      headers: { accept: ['a', 'b'], host: 'example.com', cookie: 'id=1; n=2' },
    });
    expect(request).toEqual({
      method: 'GET',
      uri: '/a%20b',
      querystring: {
        wid: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
        x: { value: '%26' },
        flag: { value: '' },
      },
      headers: {
        accept: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] },
        host: { value: 'example.com' },
      },
      cookies: { id: { value: '1' }, n: { value: '2' } },
    });
  });

  it.each([
    ['unchanged', { a: { value: '1' } }, 'a=1&flag', { a: { value: '1' } }, 'a=1&flag'],
    ['changed', { a: { value: '2' }, flag: { value: '' } }, 'a=1', { a: { value: '1' } }, 'a=2&flag='],
    ['emptied', {}, 'a=1', { a: { value: '1' } }, ''],
    [
      'with several values of one name',
      { a: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] } },
      '',
      {},
      'a=1&a=2',
    ],
    ['returned as text', 'b=1&a=ü', 'a=1', { a: { value: '1' } }, 'b=1&a=%C3%BC'],
    ['with characters that need escaping', { a: { value: 'x y%20"#' } }, '', {}, 'a=x%20y%20%22%23'],
  ])('forwards a query that is %s', (_, returned, raw, parsed, expected) => {
    expect(queryOfReturned(returned, { raw, parsed })).toBe(expected);
  });

  it('is converted back to headers and cookies', () => {
    expect(headersOfReturned({ 'X-A': { value: '1' } }, { id: { value: '2' }, n: { value: '3' } })).toEqual({
      'x-a': '1',
      cookie: 'id=2; n=3',
    });
    expect(setCookiesOf({ id: { value: '2', attributes: 'Secure; Path=/' } })).toEqual([
      'id=2; Secure; Path=/',
    ]);
  });
});
