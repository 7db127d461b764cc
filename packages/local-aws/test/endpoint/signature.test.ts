import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSignatureValid, readSignature, type SignedRequest } from '../../src/endpoint/signature.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const signer = new SignatureV4({
  service: 'cloudfront',
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'token' },
  sha256: Sha256,
});
const now = Date.parse('2026-11-24T10:00:00Z');

async function sign(
  body: string,
  query: Record<string, string> = {},
  path = '/2020-05-31/distribution',
): Promise<SignedRequest> {
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: { host: '127.0.0.1:4000', 'content-type': 'text/xml', 'x-odd': '  two   spaces ' },
      body,
    },
    { signingDate: new Date(now) },
  );
  const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  return {
    method: 'POST',
    url: search.length > 0 ? `${path}?${search.join('&')}` : path,
    headers: Object.fromEntries(
      Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(body),
  };
}

function isValid(request: SignedRequest, secret = secretAccessKey, at = now): boolean {
  const signature = readSignature(request);
  return signature !== undefined && isSignatureValid(request, signature, secret, at);
}

describe('isSignatureValid', () => {
  it('agrees with the SDK for any body and query', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.dictionary(fc.stringMatching(/^q[ -~]{0,20}$/), fc.stringMatching(/^[ -~]{0,20}$/)),
        async (body, query) => {
          expect(isValid(await sign(body, query))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('accepts paths with encoded characters', async () => {
    expect(isValid(await sign('', {}, '/functions/arn%3Aaws%3Alambda/invocations'))).toBe(true);
  });

  it.each<[title: string, change: (request: SignedRequest) => SignedRequest]>([
    ['another body', (request) => ({ ...request, body: Buffer.from('other') })],
    ['another method', (request) => ({ ...request, method: 'GET' })],
    ['another path', (request) => ({ ...request, url: '/2020-05-31/other' })],
    [
      'another signed header',
      (request) => ({ ...request, headers: { ...request.headers, 'x-odd': 'changed' } }),
    ],
  ])('refuses %s', async (_title, change) => {
    expect(isValid(change(await sign('body')))).toBe(false);
  });

  it('refuses another secret and a signature older than five minutes', async () => {
    const request = await sign('body');
    expect(isValid(request, 'other')).toBe(false);
    expect(isValid(request, secretAccessKey, now + 299_000)).toBe(true);
    expect(isValid(request, secretAccessKey, now + 301_000)).toBe(false);
  });
});

describe('readSignature', () => {
  it('names the key, the service and the token', async () => {
    expect(readSignature(await sign(''))).toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
      service: 'cloudfront',
      region: 'us-east-1',
      sessionToken: 'token',
    });
  });

  it('reads presigned URLs', () => {
    const query = new URLSearchParams({
      'X-Amz-Credential': 'AKID/20261124/eu-central-1/states/aws4_request',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'abc123',
      'X-Amz-Date': '20261124T100000Z',
    });
    expect(readSignature({ url: `/?${query}`, headers: {} })).toMatchObject({
      accessKeyId: 'AKID',
      service: 'states',
    });
  });

  it.each([
    '',
    'Bearer abc',
    'AWS4-HMAC-SHA256 Credential=AKID/20261124/x/y/other, SignedHeaders=host, Signature=ab',
  ])('finds no signature in "%s"', (authorization) => {
    expect(
      readSignature({ url: '/', headers: { authorization, 'x-amz-date': '20261124T100000Z' } }),
    ).toBeUndefined();
  });
});
