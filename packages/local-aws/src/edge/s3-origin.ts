import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { isServiceAllowed } from '../permissions/is-service-allowed.ts';
import type { OriginConfig } from './distribution-config.ts';
import type { HttpClient } from './http-exchange.ts';
import { withoutHeaders } from './messages.ts';
import { discardBody, type Origin, originResponse } from './origin.ts';
import { parseQueryString } from './query-string.ts';

interface S3OriginOptions {
  readonly config: OriginConfig;
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  readonly distributionArn: string;
  /** Whether CloudFront signs its requests (origin access control of the type s3). */
  readonly signed: boolean;
  /** The bucket's policy in the template. Called for every request. */
  readonly bucketPolicy: (bucket: string) => unknown;
  /** http://127.0.0.1:<port> */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly client: HttpClient;
}

/** The bucket of `<bucket>.s3.<region>.amazonaws.com`, with or without region. */
export function bucketOfDomain(domainName: string): string | undefined {
  return /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(domainName)?.[1];
}

/**
 * A bucket behind origin access control. The bucket policy decides whether CloudFront may read an object. The object is
 * then read with the key of the local cloud, so that MiniStack does not need to know CloudFront.
 */
export function createS3Origin(options: S3OriginOptions): Origin {
  const { bucket, account, distributionArn } = options;
  const endpoint = new URL(options.endpoint);
  const signer = new SignatureV4({
    service: 's3',
    region: options.region,
    credentials: options.credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const decisions = new Map<string, { policy: unknown; allowed: Promise<boolean> }>();

  /** Decisions are cached while the policy is the same. */
  function allows(action: string, resource: string): Promise<boolean> {
    if (!options.signed) return Promise.resolve(false);
    const policy = options.bucketPolicy(bucket);
    const key = `${action} ${resource}`;
    const known = decisions.get(key);
    if (known && known.policy === policy) return known.allowed;
    if (decisions.size > 10_000) decisions.clear();
    const service = 'cloudfront.amazonaws.com';
    const allowed = isServiceAllowed(policy, {
      service,
      action,
      resource,
      sourceArn: distributionArn,
      account,
    });
    decisions.set(key, { policy, allowed });
    return allowed;
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    }
    let key: string;
    try {
      key = decodeURIComponent(request.path.slice(1));
    } catch {
      return refusal(400, 'InvalidURI', "Couldn't parse the specified URI.");
    }
    const query = Object.fromEntries(
      parseQueryString(request.query).map(({ name, value }) => [decode(name), decode(value)]),
    );
    const action = actionOf(key, query);
    const resource = key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
    if (!action || !(await allows(action, resource))) return accessDenied();

    const path = `/${bucket}/${key.split('/').map(escapeSegment).join('/')}`;
    const forwarded = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'origin'];
    const chosen = Object.entries(request.headers).filter(([name]) => forwarded.includes(name));
    const signed = await signer.sign({
      method: request.method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      port: Number(endpoint.port),
      path,
      query,
      headers: {
        ...Object.fromEntries(chosen),
        host: endpoint.host,
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      },
    });
    const search = Object.entries(query)
      .map(([name, value]) => `${escapeSegment(name)}=${escapeSegment(value)}`)
      .join('&');
    const response = await options.client.exchange({
      protocol: endpoint.protocol === 'https:' ? 'https:' : 'http:',
      hostname: endpoint.hostname,
      port: Number(endpoint.port),
      method: request.method,
      path: search === '' ? path : `${path}?${search}`,
      headers: signed.headers,
      body: Buffer.alloc(0),
      connectionTimeout: options.config.connectionTimeout,
      connectionAttempts: options.config.connectionAttempts,
      readTimeout: options.config.readTimeout,
    });
    // Only a caller that may list the bucket gets 404 for a missing key.
    if (response.status === 404 && key !== '' && !(await allows('s3:ListBucket', `arn:aws:s3:::${bucket}`))) {
      discardBody(response.body);
      return accessDenied();
    }
    // A header of MiniStack that S3 does not have.
    return { ...response, headers: withoutHeaders(response.headers, 'x-amzn-requestid') };
  };
}

/** Parameters of a GET that request something other than the object. Source: S3 API reference. */
const subresources: Readonly<Record<string, string>> = {
  acl: 's3:GetObjectAcl',
  attributes: 's3:GetObjectAttributes',
  'legal-hold': 's3:GetObjectLegalHold',
  retention: 's3:GetObjectRetention',
  tagging: 's3:GetObjectTagging',
  torrent: 's3:GetObjectTorrent',
  uploadId: 's3:ListMultipartUploadParts',
  versionId: 's3:GetObjectVersion',
};
/** Parameters of a listing. All others on the bucket itself request its settings, which visitors cannot read. */
const listing = new Set([
  'list-type',
  'prefix',
  'delimiter',
  'marker',
  'max-keys',
  'start-after',
  'continuation-token',
  'encoding-type',
  'fetch-owner',
]);

/** The action that the request needs. A visitor who may list the bucket gets the list at the path `/`. */
function actionOf(key: string, query: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(query);
  if (key === '') return names.every((name) => listing.has(name)) ? 's3:ListBucket' : undefined;
  const subresource = names.find((name) => subresources[name] !== undefined);
  return subresource === undefined ? 's3:GetObject' : subresources[subresource];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const accessDenied = () => refusal(403, 'AccessDenied', 'Access Denied');

function refusal(status: number, code: string, message: string) {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return originResponse(status, 'application/xml', xml, { server: 'AmazonS3' });
}
