/** The edge function: its size, its time in njs, and how many requests it makes equal. */
import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { bundleEdgeFunction, edgeCodeLimit } from '../../infra/constructs/edge-bundle.ts';
import { median, round, seededRandom } from '../support/statistics.ts';

export interface Edge {
  readonly bytes: number;
  readonly limit: number;
  /** Microseconds of a call, the median of the runs. */
  readonly njsMicroseconds: number;
  readonly njsRuns: readonly number[];
  readonly requests: number;
  /** Shares of requests that a cache without limits serves. */
  readonly hitRatio: { readonly canonical: number; readonly asWritten: number };
}

/** What visitors mean: half of the requests are the first two. */
const meanings: readonly (readonly (readonly [string, string])[])[] = [
  [['wid', '400']],
  [
    ['wid', '800'],
    ['fmt', 'auto'],
  ],
  [
    ['wid', '1200'],
    ['fmt', 'webp'],
    ['qlt', '75'],
  ],
  [
    ['wid', '300'],
    ['hei', '300'],
    ['fit', 'crop'],
  ],
  [
    ['wid', '640'],
    ['op_usm', '1.5,1,0,0'],
  ],
  [
    ['wid', '500'],
    ['hei', '400'],
    ['bgc', 'ffffff'],
    ['fit', 'fit'],
  ],
  [['$thumb$', '']],
];

const browsers = [
  'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'image/avif,image/webp,*/*',
  'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
  'image/webp,image/apng,image/*,*/*;q=0.8',
  'image/webp,*/*',
  'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5',
  '*/*',
];

const requests = 100_000;
const pictures = 2_000;

interface TraceEntry {
  readonly uri: string;
  readonly query: string;
  readonly accept: string;
}

export function measureEdge(): Edge {
  const code = bundleEdgeFunction('check-request');
  const trace = writeTrace();
  const runs = Array.from({ length: 5 }, () => njsRun(code, trace.slice(0, 5_000)));
  return {
    bytes: Buffer.byteLength(code),
    limit: edgeCodeLimit,
    njsMicroseconds: round(median(runs), 1),
    njsRuns: runs,
    requests,
    hitRatio: {
      canonical: hitRatio(canonicalKeys(code, trace)),
      // Without the edge function, the header that decides the format is part of the key.
      asWritten: hitRatio(
        trace.map(({ uri, query, accept }) => `${uri}?${query} ${query.includes('auto') ? accept : ''}`),
      ),
    },
  };
}

/** The same meanings in many spellings: order, case, defaults, percent-encoding, parameters of campaigns, comments. */
function writeTrace(): TraceEntry[] {
  const random = seededRandom(14);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  return Array.from({ length: requests }, () => {
    // Popular pictures are requested more often: Zipf.
    const picture = Math.floor(pictures ** random());
    const meaning = random() < 0.5 ? pick(meanings.slice(0, 2)) : pick(meanings);
    let parts = meaning.map(([name, value]) => {
      const written = random() < 0.1 ? name.toUpperCase() : name;
      const text = random() < 0.1 ? value.replace(/,/g, '%2C').replace(/^0x/i, '') : value;
      return name.startsWith('$') ? name : `${written}=${text}`;
    });
    if (random() < 0.25) parts = [...parts].sort(() => random() - 0.5);
    if (random() < 0.2) parts.push(`utm_source=${pick(['news', 'social', 'mail'])}`);
    if (random() < 0.1) parts.push(`utm_campaign=${Math.floor(random() * 50)}`);
    if (random() < 0.05) parts.push(`gclid=${Math.floor(random() * 1e9).toString(36)}`);
    if (random() < 0.05) parts.push(`.note=${pick(['a', 'b'])}`);
    return {
      uri: `/is/image/acme/${random() < 0.05 ? `%70hoto-${picture}` : `photo-${picture}`}`,
      query: parts.join('&'),
      accept: pick(browsers),
    };
  });
}

function canonicalKeys(code: string, trace: readonly TraceEntry[]): string[] {
  const handler = runInNewContext(`${code};handler`) as (event: unknown) => {
    readonly uri?: string;
    readonly querystring?: unknown;
  };
  return trace.map((entry) => {
    const { uri, querystring } = handler(eventOf(entry));
    if (typeof querystring !== 'string') throw new Error(`The edge refuses ${entry.uri}?${entry.query}`);
    return `${uri}?${querystring}`;
  });
}

function eventOf({ uri, query, accept }: TraceEntry) {
  return {
    context: { requestId: 'r' },
    request: {
      method: 'GET',
      uri,
      querystring: {},
      headers: { accept: { value: accept } },
      cookies: {},
      rawQueryString: () => query,
    },
  };
}

function hitRatio(keys: readonly string[]): number {
  return round(1 - new Set(keys).size / keys.length, 4);
}

/** Microseconds of a call. */
function njsRun(code: string, trace: readonly TraceEntry[]): number {
  const script = `${code}
    const trace = ${JSON.stringify(trace)};
    const run = () => trace.forEach(entry => handler({ context: { requestId: 'r' }, request: { method: 'GET', uri: entry.uri, querystring: {}, headers: { accept: { value: entry.accept } }, cookies: {}, rawQueryString: () => entry.query } }));
    const begun = Date.now();
    run();
    console.log((Date.now() - begun) * 1000 / trace.length);`;
  const { stdout, stderr, error } = spawnSync('njs', ['-'], { input: script, encoding: 'utf8' });
  if (error)
    throw new Error('njs is not installed. On Debian or Ubuntu: apt-get install njs', { cause: error });
  const microseconds = Number(stdout.trim());
  if (!(microseconds > 0)) throw new Error(`njs failed: ${stdout}${stderr}`);
  return round(microseconds, 1);
}
