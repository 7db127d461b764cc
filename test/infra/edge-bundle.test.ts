import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bundleEdgeFunction, edgeCodeLimit, refuseTooLarge } from '../../infra/constructs/edge-bundle.ts';

interface Request {
  uri: string;
  querystring: unknown;
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
  rawQueryString: () => query,
});

it('check-request works as shipped: in a bare script without modules, process, URL or console', () => {
  expect(run(request('/is/image/acme/shoe', 'hei=20&wid=10'))).toMatchObject({
    uri: '/is/image/acme/shoe',
    querystring: expect.stringContaining('wid=10'),
  });
  expect(run(request('/is/content/acme/manual', 'id=3'))).toMatchObject({ uri: '/acme/content/manual' });
  expect(run(request('/nowhere'))).toMatchObject({ statusCode: 404 });
  expect(run(request('/is/image/acme/shoe', 'wid=nonsense'))).toMatchObject({ statusCode: 400 });
});

it('a function larger than CloudFront takes is refused, with its size', () => {
  expect(() => refuseTooLarge('check-request', 'x'.repeat(edgeCodeLimit))).not.toThrow();
  expect(() => refuseTooLarge('check-request', `é${'x'.repeat(edgeCodeLimit - 1)}`)).toThrow(
    'functions/check-request is 10241 bytes when bundled: CloudFront takes 10240 at most.',
  );
});
