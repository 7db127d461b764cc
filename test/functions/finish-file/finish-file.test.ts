/** The function as it is deployed: bundled for CloudFront. */
import { compileEdgeFunction } from '@pressroom/local-aws/edge/edge-function';
import { describe, expect, it } from 'vitest';
import { inertPolicy, scriptPolicy } from '../../../functions/finish-file/handler.ts';
import { bundleEdgeFunction } from '../../../infra/constructs/edge-bundle.ts';

const run = compileEdgeFunction(bundleEdgeFunction('finish-file'));

function headersFor(headers: Readonly<Record<string, string>>): Record<string, string> {
  const result = run({
    version: '1.0',
    context: {
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'EDFDVBD6EXAMPLE',
      eventType: 'viewer-response',
      requestId: 'request-1',
    },
    viewer: { ip: '198.51.100.11' },
    request: { method: 'GET', uri: '/is/content/luma/a', querystring: {}, headers: {}, cookies: {} },
    response: {
      statusCode: 200,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
      cookies: {},
    },
  });
  if (result.kind !== 'response') throw new Error('The function returned a request');
  return Object.fromEntries(
    Object.entries(result.response.headers ?? {}).map(([name, { value }]) => [name, value]),
  );
}

describe('finish-file', () => {
  it.each([
    ['image/svg+xml', inertPolicy],
    ['IMAGE/SVG+XML; charset=utf-8', inertPolicy],
    ['application/xml', inertPolicy],
    ['text/xml;charset=utf-8', inertPolicy],
    ['application/ttml+xml', inertPolicy],
    ['application/atom+xml', inertPolicy],
    ['text/html; charset=utf-8', scriptPolicy],
    ['application/xhtml+xml', scriptPolicy],
    ['application/pdf', undefined],
    ['image/gif', undefined],
    ['video/mp4', undefined],
    ['text/css', undefined],
    ['text/plain', undefined],
  ])('gives %s the policy %s', (type, policy) => {
    expect(headersFor({ 'content-type': type })['content-security-policy']).toBe(policy);
  });

  it('lets every site read a file, and keeps the other headers', () => {
    expect(headersFor({ 'content-type': 'application/pdf', etag: '"1"' })).toEqual({
      'content-type': 'application/pdf',
      etag: '"1"',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    });
  });

  it('needs no type', () => {
    expect(headersFor({})).not.toHaveProperty('content-security-policy');
  });
});
