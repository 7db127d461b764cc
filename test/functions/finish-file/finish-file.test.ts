import { describe, expect, it } from 'vitest';
import { statusOf, titleOf } from '../../../domain/failure.ts';
import { inertPolicy, scriptPolicy } from '../../../functions/finish-file/handler.ts';
import { finishedFile, finishFile } from '../../support/finish-file.ts';

describe('finish-file', () => {
  it.each([
    ['image/svg+xml', inertPolicy],
    ['IMAGE/SVG+XML; charset=utf-8', inertPolicy],
    ['application/xml', inertPolicy],
    ['text/xml;charset=utf-8', inertPolicy],
    ['application/ttml+xml', inertPolicy],
    ['application/atom+xml', inertPolicy],
    ['text/html; charset=utf-8', scriptPolicy],
    ['application/xhtml+xml', scriptPolicy],
    ['application/pdf', undefined],
    ['image/gif', undefined],
    ['video/mp4', undefined],
    ['text/css', undefined],
    ['text/plain', undefined],
  ])('gives %s the policy %s', (type, policy) => {
    expect(finishFile({ 'content-type': type })['content-security-policy']).toBe(policy);
  });

  it('lets every site read a file, and keeps the other headers', () => {
    expect(finishFile({ 'content-type': 'application/pdf', etag: '"1"' })).toEqual({
      'content-type': 'application/pdf',
      etag: '"1"',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    });
  });

  describe('of a file with an end', () => {
    const now = () => Math.floor(Date.now() / 1_000);
    const dated = (liveUntil: number, statusCode = 200) =>
      finishedFile(
        {
          'content-type': 'application/pdf',
          etag: '"1"',
          'cache-control': 'public, max-age=0, s-maxage=36000, stale-if-error=0',
          'x-amz-meta-live-until': String(liveUntil),
        },
        statusCode,
      );

    it('lets browsers keep it for ten minutes, and not longer than the time that is left', () => {
      const { headers } = dated(now() + 86_400);
      expect(headers?.['cache-control']?.value).toBe('public, max-age=600');
      expect(headers).not.toHaveProperty('x-amz-meta-live-until');
      for (const status of [200, 206, 304]) {
        const [, seconds] = /^public, max-age=(\d+)$/.exec(
          dated(now() + 100, status).headers?.['cache-control']?.value ?? '',
        ) ?? [undefined, '0'];
        expect(Number(seconds)).toBeLessThanOrEqual(100);
        expect(Number(seconds)).toBeGreaterThan(95);
      }
    });

    it.each([200, 206, 304])('refuses it from its end on, in place of a %s', (status) => {
      for (const end of [now(), now() - 1, 0]) {
        const response = dated(end, status);
        expect(response).toMatchObject({
          statusCode: 404,
          headers: {
            'content-type': { value: 'application/problem+json' },
            'cache-control': { value: 'no-store' },
            'access-control-allow-origin': { value: '*' },
          },
        });
        expect(response.headers).not.toHaveProperty('etag');
        expect(JSON.parse((response.body as { data: string }).data)).toMatchObject({
          type: 'urn:pressroom:delivery.not-found',
          title: titleOf('delivery.not-found'),
          status: statusOf('delivery.not-found'),
          requestId: 'request-1',
        });
      }
    });
  });

  it('needs no type', () => {
    expect(finishFile({})).not.toHaveProperty('content-security-policy');
  });
});
