import type { LocalFunctionUrl } from '../lambda/function-url.ts';
import type { OriginConfig } from './distribution-config.ts';
import { type Origin, OriginError, type OriginResponse, originResponse } from './origin.ts';

interface FunctionUrlOriginOptions {
  readonly config: OriginConfig;
  /** Called for every request, because the URL may be created after the distribution. */
  readonly functionUrl: () => LocalFunctionUrl | undefined;
  readonly distributionArn: string;
  /** Whether CloudFront signs its requests (origin access control of the type lambda). */
  readonly signed: boolean;
}

/** `<id>.lambda-url.<region>.on.aws` */
export function functionUrlIdOfDomain(domainName: string): string | undefined {
  return /^([a-z0-9-]+)\.lambda-url\.[a-z0-9-]+\.on\.aws$/.exec(domainName)?.[1];
}

/** A Lambda function URL behind origin access control, which CloudFront calls in its own name. */
export function createFunctionUrlOrigin(options: FunctionUrlOriginOptions): Origin {
  const { config, signed } = options;
  return async (request) => {
    const url = options.functionUrl();
    if (!url) throw new OriginError(502, `the function URL ${config.domainName} does not exist`);
    // The signature covers the Host header, so the viewer's host makes it invalid. The visitor must send the hash of a
    // body, because CloudFront does not read it.
    const unsignedBody = request.body.length > 0 && request.headers['x-amz-content-sha256'] === undefined;
    if (request.headers.host !== config.domainName || (signed && unsignedBody)) {
      return originResponse(403, 'application/json', JSON.stringify({ Message: 'Forbidden' }));
    }
    const caller = { principal: 'cloudfront.amazonaws.com', sourceArn: options.distributionArn };
    const pending = url.handle(
      {
        method: request.method,
        path: request.path,
        query: request.query,
        headers: request.headers,
        body: request.body,
        ip: request.ip,
      },
      signed ? caller : undefined,
    );
    const response = await withTimeout(pending, config.readTimeout);
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]): [string, string | readonly string[]] => [
        name.toLowerCase(),
        value,
      ]),
    );
    if (response.cookies.length > 0) headers['set-cookie'] = response.cookies;
    return { status: response.statusCode, headers, body: response.body } satisfies OriginResponse;
  };
}

/** @param seconds time until the head of the response */
async function withTimeout<T>(pending: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new OriginError(504, `the function did not respond within ${seconds} s`)),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}
