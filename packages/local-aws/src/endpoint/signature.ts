import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A received request: header names in lower case, path and query still encoded. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The parts of a Signature Version 4. */
export interface Signature {
  readonly accessKeyId: string;
  /** `20261109` */
  readonly date: string;
  readonly region: string;
  /** The signing name of the service, `dynamodb`. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261109T101112Z` */
  readonly time: string;
  readonly sessionToken: string | undefined;
}

/** A signature is valid for 5 minutes before and after its time, as on AWS. */
const validMs = 5 * 60_000;

/** Reads the signature from the header or from a presigned URL. Undefined if it is missing or malformed. */
export function readSignature({
  url,
  headers,
}: Pick<SignedRequest, 'url' | 'headers'>): Signature | undefined {
  const query = new URL(url, 'http://localhost').searchParams;
  const authorization = headers.authorization ?? '';
  const fields = authorization.startsWith('AWS4-HMAC-SHA256 ')
    ? {
        credential: /Credential=([^,\s]+)/.exec(authorization)?.[1],
        signedHeaders: /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1],
        signature: /Signature=([0-9a-f]+)/.exec(authorization)?.[1],
        time: headers['x-amz-date'],
        sessionToken: headers['x-amz-security-token'],
      }
    : {
        credential: query.get('X-Amz-Credential'),
        signedHeaders: query.get('X-Amz-SignedHeaders'),
        signature: query.get('X-Amz-Signature'),
        time: query.get('X-Amz-Date'),
        sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
      };
  const { credential, signedHeaders, signature, time, sessionToken } = fields;
  const [accessKeyId, date, region, service, end] = (credential ?? '').split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request') return undefined;
  if (!signedHeaders || !signature || !time) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    time,
    sessionToken,
  };
}

/**
 * Checks a Signature Version 4, for every service except S3 (whose paths are encoded once instead of twice).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @param now milliseconds since 1970
 */
export function isSignatureValid(
  request: SignedRequest,
  signature: Signature,
  secretAccessKey: string,
  now: number,
): boolean {
  const { date, region, service, time, signedHeaders } = signature;
  if (!time.startsWith(date) || Math.abs(parseTime(time) - now) > validMs) return false;
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const canonical = [
    request.method,
    pathname.split('/').map(encode).join('/'),
    canonicalQuery(searchParams),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    hash(request.body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    keyed,
    `AWS4${secretAccessKey}`,
  );
  const expected = keyed(key, ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n'));
  const given = Buffer.from(signature.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map((pair) => pair.join('='))
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseTime(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function hash(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function keyed(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
