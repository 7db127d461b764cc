/**
 * The part of `@aws-sdk/client-s3` that the image server uses, with the same names. The bundler puts it in the place of the SDK
 * (infra/constructs/function-bundle.ts): loading the SDK takes most of the function's cold start. Types, tests and all other
 * functions use the SDK itself; a command or a parameter that is missing here fails when the function is bundled or called.
 *
 * Like the SDK it signs requests (Signature Version 4), keeps connections, and repeats what can succeed. It does not compare
 * checksums of whole objects: TLS and the length protect the bytes.
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { GetObjectCommandInput, GetObjectCommandOutput, S3ClientConfig } from '@aws-sdk/client-s3';

type Input = Pick<GetObjectCommandInput, (typeof parameters)[number]>;
type Output = Omit<GetObjectCommandOutput, 'Body'> & { readonly Body?: Body };

/** What commands may ask for. */
const parameters = ['Bucket', 'Key', 'VersionId', 'Range', 'IfNoneMatch'] as const;

type Body = IncomingMessage & {
  transformToByteArray(): Promise<Uint8Array>;
  transformToString(): Promise<string>;
};

class ReadCommand {
  readonly input: Input;
  constructor(input: Input) {
    this.input = input;
    const unknown = Object.keys(input).filter((name) => !(parameters as readonly string[]).includes(name));
    if (unknown.length > 0) throw new Error(`adapters/s3/read-only-s3.ts lacks ${unknown.join(', ')}`);
  }
}

export class GetObjectCommand extends ReadCommand {
  readonly method = 'GET';
}

export class HeadObjectCommand extends ReadCommand {
  readonly method = 'HEAD';
}

/** Modules that also write are in the bundle, for what they read. */
export class PutObjectCommand {
  constructor() {
    throw new Error('adapters/s3/read-only-s3.ts writes no objects');
  }
}

/** An error response of S3. `name` is S3's code. */
export class S3ServiceException extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(name: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode };
  }
}

export class NoSuchKey extends S3ServiceException {}

/** Codes of responses without a body: to HEAD, and "not modified". */
const codes: Readonly<Record<number, string>> = {
  304: 'NotModified',
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  500: 'InternalError',
  503: 'SlowDown',
};

const retriedStatuses = [429, 500, 502, 503, 504];
const retriedErrors = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'];

/** Milliseconds: the first pause is at most this long, and the limit doubles with each attempt. */
const firstPause = 100;
const longestPause = 20_000;

export class S3Client {
  /** The SDK's middleware can be removed; there is none. */
  readonly middlewareStack = { remove: (_name: string) => false };
  readonly #attempts: number;
  readonly #timeouts: { readonly connectionTimeout?: number; readonly socketTimeout?: number };
  readonly #endpoint: URL | undefined;
  readonly #agent: https.Agent;

  constructor({ maxAttempts, requestHandler = {} }: S3ClientConfig = {}) {
    this.#attempts = typeof maxAttempts === 'number' ? maxAttempts : 3;
    this.#timeouts = requestHandler as { connectionTimeout?: number; socketTimeout?: number };
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    this.#endpoint = endpoint === undefined ? undefined : new URL(endpoint);
    this.#agent = new (protocolOf(this.#endpoint).Agent)({ keepAlive: true });
  }

  /** @throws S3ServiceException; an error with the name `AbortError` or `TimeoutError` */
  async send(
    command: GetObjectCommand | HeadObjectCommand,
    { abortSignal }: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<Output> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#sendOnce(command, abortSignal);
      } catch (error) {
        if (attempt >= this.#attempts || !isRetried(error) || abortSignal?.aborted) throw error;
      }
      const most = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
      await wait(Math.random() * most, undefined, abortSignal ? { signal: abortSignal } : {});
    }
  }

  async #sendOnce(
    { method, input }: GetObjectCommand | HeadObjectCommand,
    signal: AbortSignal | undefined,
  ): Promise<Output> {
    const url = addressOf(input, this.#endpoint);
    const headers = signedHeaders(method, url, {
      ...(input.Range !== undefined && { range: input.Range }),
      ...(input.IfNoneMatch !== undefined && { 'if-none-match': input.IfNoneMatch }),
    });
    const response = await this.#request(method, url, headers, signal);
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw await errorOf(response, statusCode);
    const output = outputOf(response);
    if (method === 'GET') return { ...output, Body: bodyOf(response) };
    response.resume();
    return output;
  }

  #request(
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage> {
    const { connectionTimeout = 0, socketTimeout = 0 } = this.#timeouts;
    return new Promise((resolve, reject) => {
      const request = protocolOf(url).request(
        url,
        { method, headers, agent: this.#agent, ...(signal && { signal }) },
        resolve,
      );
      request.on('error', reject);
      const late = (what: string) => () =>
        request.destroy(Object.assign(new Error(`S3: ${what}`), { name: 'TimeoutError', code: 'ETIMEDOUT' }));
      if (socketTimeout > 0) request.setTimeout(socketTimeout, late('no byte in time'));
      request.on('socket', (socket) => {
        if (!socket.connecting || connectionTimeout === 0) return;
        const timer = setTimeout(late('no connection in time'), connectionTimeout);
        socket.once('connect', () => clearTimeout(timer));
        socket.once('close', () => clearTimeout(timer));
      });
      request.end();
    });
  }
}

/** An import of `node:http` would load all of Node's `fetch` and WebSocket, which take as long as the rest of this bundle. */
function protocolOf(url: URL | undefined): Pick<typeof https, 'Agent' | 'request'> {
  return url?.protocol === 'http:'
    ? (process.getBuiltinModule('node:http') as unknown as typeof https)
    : https;
}

function isRetried(error: unknown): boolean {
  if (error instanceof S3ServiceException) return retriedStatuses.includes(error.$metadata.httpStatusCode);
  return retriedErrors.includes((error as { readonly code?: string }).code ?? '');
}

/** RFC 3986, stricter than encodeURIComponent. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function addressOf({ Bucket = '', Key = '', VersionId }: Input, endpoint: URL | undefined): URL {
  const region = process.env.AWS_REGION ?? '';
  const path = Key.split('/').map(encoded).join('/');
  const query = VersionId === undefined ? '' : `?versionId=${encoded(VersionId)}`;
  if (endpoint) return new URL(`/${Bucket}/${path}${query}`, endpoint);
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  // The certificate covers one name before the host.
  return new URL(
    Bucket.includes('.')
      ? `https://${host}/${Bucket}/${path}${query}`
      : `https://${Bucket}.${host}/${path}${query}`,
  );
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const nothing = sha256('');

/** The headers of a request without a body. Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header". */
export function signedHeaders(
  method: string,
  url: URL,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const {
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
    AWS_SESSION_TOKEN,
    AWS_REGION = '',
  } = process.env;
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    ...given,
    host: url.host,
    'x-amz-content-sha256': nothing,
    'x-amz-date': time,
    ...(AWS_SESSION_TOKEN && { 'x-amz-security-token': AWS_SESSION_TOKEN }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    nothing,
  ].join('\n');
  const day = time.slice(0, 8);
  const scope = `${day}/${AWS_REGION}/s3/aws4_request`;
  const key = [AWS_REGION, 's3', 'aws4_request'].reduce<Buffer>(
    (made, part) => hmac(made, part),
    hmac(`AWS4${AWS_SECRET_ACCESS_KEY}`, day),
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString(
    'hex',
  );
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`,
  };
}

async function errorOf(response: IncomingMessage, status: number): Promise<S3ServiceException> {
  const text = Buffer.from(await bytesOf(response)).toString();
  const part = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const code = part('Code') ?? codes[status] ?? 'UnknownError';
  const Exception = code === 'NoSuchKey' ? NoSuchKey : S3ServiceException;
  return new Exception(code, part('Message') ?? `S3 responded with ${status}`, status);
}

const metadataPrefix = 'x-amz-meta-';

function outputOf({ headers, statusCode }: IncomingMessage): Omit<GetObjectCommandOutput, 'Body'> {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const modified = text('last-modified');
  const length = text('content-length');
  const output = {
    ETag: text('etag'),
    LastModified: modified === undefined ? undefined : new Date(modified),
    ContentLength: length === undefined ? undefined : Number(length),
    ContentType: text('content-type'),
    ContentRange: text('content-range'),
    ContentDisposition: text('content-disposition'),
    ContentEncoding: text('content-encoding'),
    CacheControl: text('cache-control'),
    VersionId: text('x-amz-version-id'),
  };
  return {
    ...(Object.fromEntries(
      Object.entries(output).filter(([, value]) => value !== undefined),
    ) as typeof output),
    Metadata: Object.fromEntries(
      Object.keys(headers)
        .filter((name) => name.startsWith(metadataPrefix))
        .map((name) => [name.slice(metadataPrefix.length), text(name) ?? '']),
    ),
    $metadata: { httpStatusCode: statusCode ?? 0 },
  } as Omit<GetObjectCommandOutput, 'Body'>;
}

function bodyOf(response: IncomingMessage): Body {
  return Object.assign(response, {
    transformToByteArray: () => bytesOf(response),
    transformToString: async () => Buffer.from(await bytesOf(response)).toString(),
  });
}

async function bytesOf(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
