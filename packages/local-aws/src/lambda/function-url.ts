import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CloudServices, StreamedResponse } from '../cloud-services.ts';
import { listen } from '../http-api/listen.ts';
import { type IncomingRequest, payloadEvent } from '../http-api/payload-event.ts';
import { payloadResponse } from '../http-api/payload-response.ts';
import { joinedHeaders, readBody, splitUrl } from '../http-api/read-request.ts';
import { findFunction } from './function-reference.ts';
import { type Caller, lambdaPermissions } from './lambda-permissions.ts';

/** Bytes of a request to a function URL (6 MB). */
const bodyLimit = 6 * 1024 * 1024;

export interface FunctionUrlOptions {
  readonly id: string;
  /** Includes the qualifier if the URL belongs to an alias. */
  readonly functionArn: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
}

export interface LocalFunctionUrl extends FunctionUrlOptions {
  /** `<id>.lambda-url.<region>.on.aws` */
  readonly host: string;
  /**
   * Handles a request as the URL does: 403 for a caller without permission, 502 for a failed function. A streamed body
   * that is cut off throws while it is read.
   * @param caller service that signs its calls, such as CloudFront with OAC; undefined for an unsigned request
   */
  handle(request: IncomingRequest, caller: Caller | undefined): Promise<StreamedResponse>;
}

/** All function URLs by id, which is the first label of their host. */
export function functionUrls(services: Pick<CloudServices, 'shared'>): Map<string, LocalFunctionUrl> {
  return services.shared('function-urls', () => new Map<string, LocalFunctionUrl>());
}

export function createFunctionUrl(options: FunctionUrlOptions, services: CloudServices): LocalFunctionUrl {
  const host = `${options.id}.lambda-url.${services.region}.on.aws`;
  const permissions = lambdaPermissions(services);

  function mayCall(caller: Caller | undefined): boolean {
    if (caller) return permissions.mayInvokeUrl(options.functionArn, caller, options.authType);
    return (
      options.authType === 'NONE' && permissions.mayInvokeUrl(options.functionArn, { principal: '*' }, 'NONE')
    );
  }

  return {
    ...options,
    host,
    async handle(request, caller) {
      if (!mayCall(caller)) return refusal(403, 'Forbidden');
      if (request.body.length > bodyLimit) return refusal(413, 'Request Entity Too Large');
      const found = findFunction(services, options.functionArn);
      const event = payloadEvent(
        { ...request, headers: { ...request.headers, host } },
        {
          accountId: caller ? services.account : 'anonymous',
          apiId: options.id,
          domainName: host,
          stage: '$default',
          routeKey: '$default',
          rawPath: request.path,
          requestId: randomUUID(),
          time: Date.now(),
        },
      );
      try {
        if (options.invokeMode === 'RESPONSE_STREAM') return await found.invokeStreaming(event);
        const result = await found.invoke(event);
        if (result.error) throw new Error(`${result.error.errorType}: ${result.error.errorMessage}`);
        const response = payloadResponse(result.payload);
        return { ...response, body: once(response.body) };
      } catch (error) {
        services.log(`A request to the URL of ${found.name} failed: ${String(error)}`);
        return refusal(502, 'Internal Server Error');
      }
    },
  };
}

/** Listens for direct requests to the URL, from a browser or curl. */
export async function listenForFunctionUrl(
  url: LocalFunctionUrl,
  port: number,
  log: (line: string) => void,
): Promise<Server> {
  const server = createServer(async (request, serverResponse) => {
    try {
      const body = await readBody(request, bodyLimit);
      const headers = joinedHeaders(request.rawHeaders);
      if (headers.authorization?.startsWith('AWS4-HMAC-SHA256')) {
        log(`A signed request to ${url.host} is refused: the local cloud checks no signatures there`);
      }
      const response = body
        ? await url.handle(
            {
              ...splitUrl(request.url ?? '/'),
              method: request.method ?? 'GET',
              headers,
              body,
              ip: request.socket.remoteAddress ?? '127.0.0.1',
            },
            undefined,
          )
        : refusal(413, 'Request Entity Too Large');
      serverResponse.writeHead(response.statusCode, {
        ...response.headers,
        ...(response.cookies.length > 0 && { 'set-cookie': [...response.cookies] }),
      });
      await pipeline(Readable.from(response.body, { objectMode: false }), serverResponse);
    } catch (error) {
      // The head is already sent, so the only signal of an error is a cut connection, as on AWS.
      log(`${url.host}: ${String(error)}`);
      serverResponse.destroy();
    }
  });
  await listen(server, port);
  return server;
}

function refusal(statusCode: number, message: string): StreamedResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: once(Buffer.from(JSON.stringify({ Message: message }))),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
