import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { nonPublicKind } from '../../../adapters/webhook/public-address.ts';

const accepted = (text: string, options = {}) => {
  const checked = checkUrl(text, options);
  return 'url' in checked ? checked.url.href : checked.refused;
};

describe('A URL for notifications', () => {
  it.each([
    ['https://hooks.example.com', 'https://hooks.example.com/'],
    ['http://hooks.example.com/a?b=c', 'http://hooks.example.com/a?b=c'],
    ['HTTPS://Hooks.Example.COM/A', 'https://hooks.example.com/A'],
    ['https://hooks.example.com:443/', 'https://hooks.example.com/'],
    ['https://hooks.example.com:80/', 'https://hooks.example.com:80/'],
    ['http://hooks.example.com:443/', 'http://hooks.example.com:443/'],
    ['https://hooks.example.com:1024/', 'https://hooks.example.com:1024/'],
    ['https://hooks.example.com:65535/', 'https://hooks.example.com:65535/'],
    ['https://hooks_1.example.com/', 'https://hooks_1.example.com/'],
    ['https://bücher.example.com/', 'https://xn--bcher-kva.example.com/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
    ['https://hooks.example.com/a@b', 'https://hooks.example.com/a@b'],
  ])('is accepted as %s', (text, canonical) => {
    expect(accepted(text)).toBe(canonical);
  });

  it('has at most 2,048 characters, counted as they are sent', () => {
    const start = 'https://hooks.example.com/';
    const fill = 2_048 - start.length;
    expect(accepted(start + 'a'.repeat(fill))).toHaveLength(2_048);
    expect(accepted(start + 'a'.repeat(fill + 1))).toMatch(/too long.*at most 2048/);
    expect(accepted(start + 'ä'.repeat(fill / 2))).toMatch(/too long/);
  });

  it('leads to the own machine only if that is allowed', () => {
    const urls = [
      'http://127.0.0.1:4566/a',
      'http://localhost:4566/a',
      'http://[::1]:4566/a',
      'http://a.localhost:4566/a',
    ];
    expect(urls.map((url) => accepted(url, { allowLoopback: true }))).toEqual(urls);
    for (const url of urls) expect(checkUrl(url)).toHaveProperty('refused');
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://0.0.0.0:4566/',
      'http://intranet/',
    ]) {
      expect(checkUrl(url, { allowLoopback: true })).toHaveProperty('refused');
    }
  });

  it('never causes an error, and is accepted only as HTTP without credentials', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.constantFrom('http://', 'https://', 'HTTP:', '//', ''), fc.string())
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const checked = checkUrl(text);
        if ('refused' in checked) return;
        expect(checked.url.protocol).toMatch(/^https?:$/);
        expect(checked.url.username + checked.url.password + checked.url.hash).toBe('');
        // Canonical: what was accepted once is accepted as it is stored.
        expect(accepted(checked.url.href)).toBe(checked.url.href);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused for an IPv4 address that is not public, in every notation', () => {
    const notations = fc.constantFrom<(value: number) => string>(
      (value) => String(value),
      (value) => `0x${value.toString(16)}`,
      (value) => `0${value.toString(8)}`,
      (value) => `0x${(value >>> 24).toString(16)}.${value & 0xffffff}`,
      (value) => `${value >>> 24}.0${((value >>> 16) & 0xff).toString(8)}.${value & 0xffff}`,
    );
    const ranges = fc.constantFrom(0x0a000000, 0x7f000000, 0x64400000, 0xa9fe0000, 0xac100000, 0xc0a80000);
    fc.assert(
      fc.property(ranges, fc.nat(0xffff), notations, (network, host, write) => {
        expect(accepted(`http://${write(network + host)}/`)).toMatch(/is not a public address/);
      }),
    );
  });

  it('is accepted with an IP address exactly if the address is public', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6().filter((address) => !address.includes('%')),
        ),
        (address) => {
          const host = address.includes(':') ? `[${address}]` : address;
          expect('url' in checkUrl(`https://${host}/`)).toBe(nonPublicKind(address) === undefined);
        },
      ),
    );
  });
});
