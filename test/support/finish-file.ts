import { compileEdgeFunction, type EdgeFunctionResponse } from '@pressroom/local-aws/edge/edge-function';
import { bundleEdgeFunction } from '../../infra/constructs/edge-bundle.ts';

const run = compileEdgeFunction(bundleEdgeFunction('finish-file'));

/** The headers of a file after the edge function finish-file, as it is deployed. */
export function finishFile(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(finishedFile(headers).headers ?? {}).map(([name, { value }]) => [name, value]),
  );
}

/** The whole response to a request for a file. */
export function finishedFile(
  headers: Readonly<Record<string, string>>,
  statusCode = 200,
): EdgeFunctionResponse {
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
      statusCode,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
      cookies: {},
    },
  });
  if (result.kind !== 'response') throw new Error('The function returned a request');
  return result.response;
}
