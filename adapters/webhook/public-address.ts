/**
 * The addresses that belong to the public internet. Sources: IANA's special-purpose registries for IPv4 and IPv6, its
 * IPv4 and IPv6 address space registries (multicast, reserved), and the providers' pages about their metadata services.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

type Ranges = Readonly<Record<string, readonly string[]>>;

/** IPv4 ranges that are not public, by their names in error texts. */
const closedIPv4: Ranges = {
  unspecified: ['0.0.0.0/8'],
  loopback: ['127.0.0.0/8'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  // The metadata service of Alibaba Cloud.
  'carrier-grade NAT': ['100.64.0.0/10'],
  // The metadata services of AWS, Google Cloud and Azure.
  'link-local': ['169.254.0.0/16'],
  // Azure's platform services: a public number, but it leads to the host of the virtual machine.
  metadata: ['168.63.129.16/32'],
  // The first one has a metadata service of Oracle Cloud.
  'protocol assignment': ['192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24'],
  documentation: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  '6to4 relay': ['192.88.99.0/24'],
  benchmarking: ['198.18.0.0/15'],
  multicast: ['224.0.0.0/4'],
  broadcast: ['255.255.255.255/32'],
  reserved: ['240.0.0.0/4'],
};

/** IPv6 ranges that are not public. An address outside these ranges and outside global unicast is reserved. */
const closedIPv6: Ranges = {
  unspecified: ['::/128'],
  loopback: ['::1/128'],
  // These contain an IPv4 address, and the receiving host decides where it leads.
  'IPv4-mapped': ['::ffff:0:0/96'],
  'IPv4-translated': ['::ffff:0:0:0/96'],
  'IPv4-compatible': ['::/96'],
  NAT64: ['64:ff9b::/96', '64:ff9b:1::/48'],
  Teredo: ['2001::/32'],
  '6to4': ['2002::/16'],
  'discard-only': ['100::/64'],
  dummy: ['100:0:0:1::/64'],
  benchmarking: ['2001:2::/48'],
  'protocol assignment': ['2001::/23', '2620:4f:8000::/48'],
  documentation: ['2001:db8::/32', '3fff::/20'],
  'segment routing': ['5f00::/16'],
  // The metadata service of AWS: fd00:ec2::254.
  'unique local': ['fc00::/7'],
  'link-local': ['fe80::/10'],
  'site-local': ['fec0::/10'],
  multicast: ['ff00::/8'],
};

const closed = {
  ipv4: Object.entries(closedIPv4).map(([kind, ranges]) => ({ kind, list: listOf(ranges, 'ipv4') })),
  ipv6: Object.entries(closedIPv6).map(([kind, ranges]) => ({ kind, list: listOf(ranges, 'ipv6') })),
};
/** The IPv6 range that IANA assigns to hosts. */
const globalUnicast = listOf(['2000::/3'], 'ipv6');

/**
 * The kind of an address that is not public: `loopback`, `private`, `link-local`, …
 * @param address IPv4 as four decimal numbers, or IPv6 without brackets
 * @returns undefined if the address is public
 */
export function nonPublicKind(address: string): string | undefined {
  if (isIPv4(address)) return kindOf(address, 'ipv4');
  // A zone (`%eth0`) has a meaning only on one host.
  if (!isIPv6(address) || address.includes('%')) return 'malformed';
  return kindOf(address, 'ipv6') ?? (globalUnicast.check(address, 'ipv6') ? undefined : 'reserved');
}

export function isLoopbackAddress(address: string): boolean {
  return nonPublicKind(address) === 'loopback';
}

function kindOf(address: string, family: 'ipv4' | 'ipv6'): string | undefined {
  return closed[family].find(({ list }) => list.check(address, family))?.kind;
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length] = range.split('/');
    list.addSubnet(network, Number(length), family);
  }
  return list;
}
