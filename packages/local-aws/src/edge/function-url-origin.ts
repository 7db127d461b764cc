import type { LocalFunctionUrl } from '../lambda/function-url.ts';
import type { OriginConfig } from './distribution-config.ts';
import { type Origin, OriginError, type OriginResponse, originResponse } from './origin.ts';

interface FunctionUrlOriginOptions {
  readonly config: OriginConfig;
  /** Looked up with every request: the URL may come up after the distribution. */
  readonly functionUrl: () => LocalFunctionUrl | undefined;
  readonly distributionArn: string;
  /** Does CloudFront sign its requests (origin access control of the type lambda)? */
  readonly signed: boolean;
}

/** `<id>.lambda-url.<region>.on.aws` */
export function functionUrlIdOfDomain(domainName: string): string | undefined {
  return /^([a-z0-9-]+)\.lambda-url\.[a-z0-9-]+\.on\.aws$/.exec(domainName)?.[1];
}

/** A Lambda function URL behind origin access control: CloudFront calls it in its own name. */
export function createFunctionUrlOrigin(options: FunctionUrlOriginOptions): Origin {
  const { config, signed } = options;
  return async (request) => {
    const url = options.functionUrl();
    if (!url) throw new OriginError(502, `there is no function URL ${config.domainName}`);
    // The signature covers the Host header, so the viewer's host makes it wrong; and a body has to be hashed by
    // the visitor, as CloudFront does not read it.
    const unsignedBody = request.body.length > 0 && request.headers['x-amz-content-sha256'] === undefined;
    if (request.headers.host !== config.domainName || (signed && unsignedBody)) {
      return originResponse(403, 'application/json', JSON.stringify({ Message: 'Forbidden' }));
    }
    const caller = { principal: 'cloudfront.amazonaws.com', sourceArn: options.distributionArn };
    const answering = url.handle(
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
    const answer = await withTimeout(answering, config.readTimeout);
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]): [string, string | readonly string[]] => [
        name.toLowerCase(),
        value,
      ]),
    );
    if (answer.cookies.length > 0) headers['set-cookie'] = answer.cookies;
    return { status: answer.statusCode, headers, body: answer.body } satisfies OriginResponse;
  };
}

/** @param seconds until the head of the answer is there */
async function withTimeout<T>(answer: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new OriginError(504, `the function was silent for ${seconds} s`)),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
