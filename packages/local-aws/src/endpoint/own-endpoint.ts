import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { ServiceEndpoint } from '../cloud-services.ts';
import { isSignatureValid, readSignature, type SignedRequest } from './signature.ts';

/** An access key and its owner. */
export interface KnownKey {
  /** Role ARN or `root`. */
  readonly principal: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface OwnEndpoint {
  register(service: string, endpoint: ServiceEndpoint): void;
  stop(): Promise<void>;
}

type Response = Awaited<ReturnType<ServiceEndpoint>>;

/**
 * One address for every AWS service that the local cloud implements itself. The signature names the service and the
 * caller. It is checked in full; the service then asks IAM about the call.
 */
export async function startOwnEndpoint(options: {
  readonly port: number;
  findKey(accessKeyId: string): KnownKey | undefined;
  log(line: string): void;
}): Promise<OwnEndpoint> {
  const services = new Map<string, ServiceEndpoint>();

  const respond = async (request: SignedRequest): Promise<Response> => {
    const signature = readSignature(request);
    if (!signature)
      return failure(403, 'MissingAuthenticationTokenException', 'The request has no Signature Version 4.');
    const key = options.findKey(signature.accessKeyId);
    if (!key || (key.sessionToken ?? '') !== (signature.sessionToken ?? '')) {
      return failure(
        403,
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    }
    if (!isSignatureValid(request, signature, key.secretAccessKey, Date.now())) {
      return failure(
        403,
        'InvalidSignatureException',
        'The signature does not match the request, or it has expired.',
      );
    }
    const endpoint = services.get(signature.service);
    if (!endpoint) {
      const offered = [...services.keys()].sort().join(', ');
      return failure(
        501,
        'NotImplementedException',
        `The local cloud does not implement the service "${signature.service}". It implements: ${offered}.`,
      );
    }
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const { method, headers, body } = request;
    return endpoint({ method, path: pathname, query: searchParams, headers, body, principal: key.principal });
  };

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) =>
        respond({
          method: request.method ?? 'GET',
          url: request.url ?? '/',
          headers: plainHeaders(request),
          body,
        }),
      )
      .catch((error: unknown) => {
        options.log(
          `The endpoint of the local cloud failed: ${error instanceof Error ? error.stack : error}`,
        );
        return failure(500, 'InternalServerError', error instanceof Error ? error.message : String(error));
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  // Longer than the 5 s for which the SDKs keep an idle connection, so that no connection closes during a request.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    register(service, endpoint) {
      services.set(service, endpoint);
    },
    stop: () => close(server),
  };
}

/** An error of the JSON protocols. Clients of REST protocols read its type from the header. */
function failure(status: number, type: string, message: string): Response {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type },
    body: JSON.stringify({ __type: type, message }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
