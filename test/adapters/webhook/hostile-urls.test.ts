import { describe, expect, it } from 'vitest';
import { sendWebhook } from '../../../adapters/webhook/send-webhook.ts';

const publicAddress = { address: '93.184.215.14', family: 4 };

/** What the names of the table lead to. */
const names: Readonly<Record<string, readonly { address: string; family: number }[]>> = Object.fromEntries(
  [
    ['loopback.example.com', '127.0.0.1'],
    ['loopback6.example.com', '::1'],
    ['private.example.com', '10.0.0.7'],
    ['metadata.example.com', '169.254.169.254'],
    ['metadata6.example.com', 'fd00:ec2::254'],
    ['container.example.com', '169.254.170.2'],
    ['lambda.example.com', '127.0.0.1'],
    ['shared.example.com', '100.64.0.1'],
    ['mapped.example.com', '::ffff:10.0.0.1'],
    ['nat64.example.com', '64:ff9b::a9fe:a9fe'],
    ['nat64-local.example.com', '64:ff9b:1::a00:1'],
    ['six-to-four.example.com', '2002:a00:1::1'],
    ['teredo.example.com', '2001:0:a00:1::1'],
    ['unspecified.example.com', '0.0.0.0'],
    ['multicast.example.com', '224.0.0.1'],
    ['broadcast.example.com', '255.255.255.255'],
    ['benchmark.example.com', '198.18.0.1'],
    ['zoned.example.com', 'fe80::1%eth0'],
    ['odd.example.com', '127.1'],
    ['xn--bcher-kva.example.com', '192.168.1.1'],
  ].map(([name, address = '']) => [name, [{ address, family: address.includes(':') ? 6 : 4 }]]),
);
const mixedNames: typeof names = {
  'mixed.example.com': [publicAddress, { address: '10.0.0.1', family: 4 }],
  'mixed-first.example.com': [{ address: '127.0.0.1', family: 4 }, publicAddress],
  'mixed6.example.com': [publicAddress, { address: '::1', family: 6 }],
};

const notPublic = /not a public address|not public/;
const scheme = /must start with https:\/\//;
const character = /space, an invisible character or a backslash/;
const credentials = /credentials/;
const name = /is not a name of the public internet/;
const port = /The port .* is not allowed/;

const hostile: [string, RegExp][] = [
  // Schemes, and what only looks like one.
  ['', scheme],
  ['hooks.example.com', scheme],
  ['//hooks.example.com/', scheme],
  ['https:hooks.example.com', scheme],
  ['https:/hooks.example.com', scheme],
  ['https:///hooks.example.com', scheme],
  ['https://', scheme],
  ['https://?q', scheme],
  ['file:///etc/passwd', scheme],
  ['ftp://hooks.example.com/', scheme],
  ['gopher://hooks.example.com:6379/_INFO', scheme],
  ['data:text/plain,hi', scheme],
  ['javascript:alert(1)', scheme],
  ['ws://hooks.example.com/', scheme],
  ['dict://hooks.example.com:11211/', scheme],
  // Parsers that disagree.
  ['https:\\\\hooks.example.com\\@127.0.0.1/', character],
  ['https://hooks.example.com\\@127.0.0.1/', character],
  ['https://hooks.example.com\r\nHost:%20internal/', character],
  ['https://hooks.example.com/a b', character],
  ['https://hooks.exa\u00admple.com/', character],
  ['https://hooks.exa\u200bmple.com/', character],
  ['https://hooks.example.com/\u202ecod.exe', character],
  [' https://hooks.example.com/', character],
  ['https://hooks.example.com/#@127.0.0.1/', /fragment/],
  ['https://user:pass@hooks.example.com/', credentials],
  ['https://user@hooks.example.com/', credentials],
  ['https://@hooks.example.com/', credentials],
  ['https://hooks.example.com@127.0.0.1/', credentials],
  ['https://hooks.example.com:443@127.0.0.1/', credentials],
  // Numeric hosts.
  ['http://127.0.0.1/', notPublic],
  ['http://127.1/', notPublic],
  ['http://0x7f.1/', notPublic],
  ['http://0x7f000001/', notPublic],
  ['http://2130706433/', notPublic],
  ['http://017700000001/', notPublic],
  ['http://0177.0.0.01/', notPublic],
  ['http://127.0.0.1./', notPublic],
  ['http://127。0。0。1/', notPublic],
  ['http://①②⑦.⓪.⓪.①/', notPublic],
  ['http://%31%32%37.0.0.1/', notPublic],
  ['http://0/', notPublic],
  ['http://0.0.0.0/', notPublic],
  ['http://1/', notPublic],
  ['http://10.0.0.1/', notPublic],
  ['http://172.16.0.1/', notPublic],
  ['http://192.168.1.1/', notPublic],
  ['http://100.64.0.1/', notPublic],
  ['http://169.254.169.254/latest/meta-data/', notPublic],
  ['http://0xa9fea9fe/latest/meta-data/', notPublic],
  ['http://169.254.170.2/v2/credentials/', notPublic],
  ['http://168.63.129.16/machine', notPublic],
  ['http://100.100.100.200/latest/meta-data/', notPublic],
  ['http://192.0.0.192/opc/v2/instance/', notPublic],
  ['http://224.0.0.1/', notPublic],
  ['http://255.255.255.255/', notPublic],
  ['http://[::1]/', notPublic],
  ['http://[::]/', notPublic],
  ['http://[0:0:0:0:0:0:0:1]/', notPublic],
  ['http://[::ffff:127.0.0.1]/', notPublic],
  ['http://[::ffff:a9fe:a9fe]/', notPublic],
  ['http://[::127.0.0.1]/', notPublic],
  ['http://[64:ff9b::169.254.169.254]/', notPublic],
  ['http://[64:ff9b:1::10.0.0.1]/', notPublic],
  ['http://[2002:7f00:1::]/', notPublic],
  ['http://[2001:0:7f00:1::]/', notPublic],
  ['http://[fd00:ec2::254]/latest/meta-data/', notPublic],
  ['http://[fe80::1]/', notPublic],
  ['http://[fec0::1]/', notPublic],
  ['http://[ff02::1]/', notPublic],
  ['http://[2001:db8::1]/', notPublic],
  ['http://[fe80::1%25eth0]/', /is not valid/],
  ['http://256.256.256.256/', /is not valid/],
  ['http://1.2.3.4.5/', /is not valid/],
  ['http://[::1/', /is not valid/],
  ['http://a^b.example.com/', /is not valid/],
  // Names that lead inside.
  ['http://localhost/', name],
  ['http://LOCALHOST:8080/', name],
  ['http://ⓛocalhost/', name],
  ['http://%6cocalhost/', name],
  ['http://localhost./', /ends in a full stop/],
  ['http://app.localhost/', name],
  ['http://intranet/', name],
  ['http://printer.local/', name],
  ['http://metadata.google.internal/', name],
  ['http://ip-10-0-0-1.ec2.internal/', name],
  ['http://router.home.arpa/', name],
  ['http://hidden.onion/', name],
  ['https://hooks.example.com./', /ends in a full stop/],
  ['https://hooks..example.com/', /is not a valid name/],
  ['https://.example.com/', /is not a valid name/],
  ['https://*.example.com/', /is not a valid name/],
  [`https://${'a'.repeat(64)}.example.com/`, /is not a valid name/],
  [`https://${'a.'.repeat(130)}com/`, /is not a valid name/],
  // Ports of other services.
  ['https://hooks.example.com:0/', port],
  ['https://hooks.example.com:22/', port],
  ['https://hooks.example.com:25/', port],
  ['https://hooks.example.com:1023/', port],
  ['https://hooks.example.com:65536/', /is not valid/],
  ['https://hooks.example.com:-1/', /is not valid/],
  [`https://hooks.example.com/${'a'.repeat(2_048)}`, /too long/],
  // Names whose addresses are not public.
  ...[...Object.keys(names), ...Object.keys(mixedNames)].map((host): [string, RegExp] => [
    `https://${host}/`,
    notPublic,
  ]),
  ['https://bücher.example.com/', notPublic],
];

describe('A hostile URL is refused before any connection:', () => {
  it.each(hostile)('%j', async (url, reason) => {
    const resolve = async (host: string) => {
      const addresses = names[host] ?? mixedNames[host];
      if (addresses === undefined) throw new Error(`${host} is not to be looked up`);
      return addresses;
    };
    expect(await sendWebhook({ url, headers: {}, body: '{}' }, { resolve })).toEqual({
      outcome: 'refused',
      reason: expect.stringMatching(reason),
    });
  });

  it('has many variants', () => {
    expect(hostile.length).toBeGreaterThan(100);
  });

  it('does not reveal the internal address of a name', async () => {
    const outcome = await sendWebhook(
      { url: 'https://private.example.com/', headers: {}, body: '{}' },
      { resolve: async () => [{ address: '10.0.0.7', family: 4 }] },
    );
    expect(JSON.stringify(outcome)).not.toContain('10.0.0.7');
  });
});
