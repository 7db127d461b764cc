import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, nonPublicKind } from '../../../adapters/webhook/public-address.ts';

/** Written down from the registries, apart from the table of the code: network as a number, and length. */
const closedIPv4 = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
] as const;

const closedIPv6 = [
  [0n, 96],
  [0xffffn << 32n, 96],
  [0xffff_0000n << 32n, 96],
  [0x0064_ff9bn << 96n, 96],
  [0x0064_ff9b_0001n << 80n, 48],
  [0x0100n << 112n, 64],
  [0x2001n << 112n, 23],
  [0x2001_0db8n << 96n, 32],
  [0x2002n << 112n, 16],
  [0x3fffn << 112n, 20],
  [0x5f00n << 112n, 16],
  [0xfc00n << 112n, 7],
  [0xfe80n << 112n, 10],
  [0xfec0n << 112n, 10],
  [0xff00n << 112n, 8],
] as const;

const ipv4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
const ipv6 = (value: bigint) =>
  Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(':');
const mixed = (high: string, value: number) => `${high}${ipv4(value)}`;
const anyIPv4 = fc.integer({ min: 0, max: 0xffffffff });

describe('No address of a closed range is public:', () => {
  it.each(closedIPv4)('IPv4 %i/%i', (network, length) => {
    const size = 2 ** (32 - length);
    expect([network, network + size - 1].map(ipv4).map(nonPublicKind)).not.toContain(undefined);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), (host) => {
        expect(nonPublicKind(ipv4(network + host))).toBeDefined();
      }),
    );
  });

  it.each(closedIPv6)('IPv6 %i/%i', (network, length) => {
    const size = 1n << BigInt(128 - length);
    expect([network, network + size - 1n].map(ipv6).map(nonPublicKind)).not.toContain(undefined);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: size - 1n }), (host) => {
        expect(nonPublicKind(ipv6(network + host))).toBeDefined();
      }),
    );
  });

  it('an IPv4 address inside an IPv6 address, in every notation', () => {
    fc.assert(
      fc.property(
        anyIPv4,
        fc.constantFrom('::ffff:', '::', '64:ff9b::', '64:ff9b:1::', '::ffff:0:'),
        (value, high) => {
          expect(nonPublicKind(mixed(high, value))).toBeDefined();
        },
      ),
    );
  });

  it('IPv6 addresses outside 2000::/3', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
        fc.pre(value >> 125n !== 1n);
        expect(nonPublicKind(ipv6(value))).toBeDefined();
      }),
    );
  });

  it('text that is not an address', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[\d.]+$|:/.test(text));
        expect(nonPublicKind(text)).toBe('malformed');
      }),
    );
  });
});

describe('An address', () => {
  it.each([
    ['8.8.8.8'],
    ['1.1.1.1'],
    ['93.184.215.14'],
    ['9.255.255.255'],
    ['11.0.0.0'],
    ['100.63.255.255'],
    ['100.128.0.0'],
    ['126.255.255.255'],
    ['128.0.0.0'],
    ['169.253.255.255'],
    ['169.255.0.0'],
    ['172.15.255.255'],
    ['172.32.0.0'],
    ['192.0.1.0'],
    ['192.167.255.255'],
    ['192.169.0.0'],
    ['198.17.255.255'],
    ['198.20.0.0'],
    ['223.255.255.255'],
    ['2000::'],
    ['2001:200::1'],
    ['2001:4860:4860::8888'],
    ['2606:4700:4700::1111'],
    ['2a00:1450:4001:80f::200e'],
    ['3fff:1000::'],
  ])('%s is public', (address) => {
    expect(nonPublicKind(address)).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.100.100.200', 'carrier-grade NAT'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['168.63.129.16', 'metadata'],
    ['192.0.0.192', 'protocol assignment'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['198.19.255.255', 'benchmarking'],
    ['239.255.255.250', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64'],
    ['2001:0:4136:e378::1', 'Teredo'],
    ['2002:7f00:1::', '6to4'],
    ['2001:20::1', 'protocol assignment'],
    ['2001:db8::1', 'documentation'],
    ['fd00:ec2::254', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'malformed'],
    ['2606:4700::1%eth0', 'malformed'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'reserved'],
    ['127.1', 'malformed'],
    ['0x7f.0.0.1', 'malformed'],
    ['0177.0.0.1', 'malformed'],
    ['[::1]', 'malformed'],
    ['', 'malformed'],
  ])('%s is %s', (address, kind) => {
    expect(nonPublicKind(address)).toBe(kind);
  });

  it('is a loopback address only in its own notation', () => {
    expect(['127.0.0.1', '127.255.0.1', '::1'].map(isLoopbackAddress)).toEqual([true, true, true]);
    expect(['0.0.0.0', '::ffff:127.0.0.1', '10.0.0.1', '8.8.8.8'].map(isLoopbackAddress)).toEqual(
      Array(4).fill(false),
    );
  });
});
