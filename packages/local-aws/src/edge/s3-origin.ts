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
  /** Does CloudFront sign its requests (origin access control of the type s3)? */
  readonly signed: boolean;
  /** The bucket's policy as the template has it. Asked for with every request. */
  readonly bucketPolicy: (bucket: string) => unknown;
  /** http://127.0.0.1:<port> */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly client: HttpClient;
}

/** `<bucket>.s3.<region>.amazonaws.com`, with or without region. */
export function bucketOfDomain(domainName: string): string | undefined {
  return /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(domainName)?.[1];
}

/**
 * A bucket behind origin access control. The bucket policy decides what CloudFront may; what it may is then read
 * with the local cloud's own key, so that the object store needs to know nothing of CloudFront.
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

  /** The decisions for prefixes repeat, so they are kept as long as the policy is the same. */
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

    const path = `/${bucket}/${key.split('/').map(escaped).join('/')}`;
    const passed = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'origin'];
    const chosen = Object.entries(request.headers).filter(([name]) => passed.includes(name));
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
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
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
    // S3 tells only those who may list the bucket that a key doesn't exist.
    if (response.status === 404 && key !== '' && !(await allows('s3:ListBucket', `arn:aws:s3:::${bucket}`))) {
      discardBody(response.body);
      return accessDenied();
    }
    // MiniStack's own; S3 has no such header.
    return { ...response, headers: withoutHeaders(response.headers, 'x-amzn-requestid') };
  };
}

/** Parameters of a GET that ask for something else than the object. Source: S3 API reference. */
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
/** Those of a listing; any other on the bucket itself asks for its settings, which no visitor gets. */
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

/** What the request needs: who may list the bucket also gets its list, at the path `/`. */
function actionOf(key: string, query: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(query);
  if (key === '') return names.every((name) => listing.has(name)) ? 's3:ListBucket' : undefined;
  const asked = names.find((name) => subresources[name] !== undefined);
  return asked === undefined ? 's3:GetObject' : subresources[asked];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escaped(segment: string): string {
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
