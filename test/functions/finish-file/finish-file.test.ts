import { describe, expect, it } from 'vitest';
import { inertPolicy, scriptPolicy } from '../../../functions/finish-file/handler.ts';
import { finishFile } from '../../support/finish-file.ts';

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

  it('needs no type', () => {
    expect(finishFile({})).not.toHaveProperty('content-security-policy');
  });
});
