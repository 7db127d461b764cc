/** CPU time of a request: this image server and ipx make the same pictures, in turn. */
import { join } from 'node:path';
import sharp from 'sharp';
import type { Child } from '../support/child-process.ts';
import { geometricMean, median, round } from '../support/statistics.ts';
import { type Comparison, comparisons, concurrencies, photos, thumbnails } from './comparison.ts';
import type { Load } from './image-server.ts';
import type { Likeness } from './likeness.ts';

export interface Servers {
  readonly ours: Child;
  readonly ipx: Child;
  readonly likeness: Likeness;
}

export type Name = 'ours' | 'ipx';

/** CPU milliseconds a request of both, one after the other. */
type Pair = Readonly<Record<Name, number>>;

export interface CommandSpeed extends Comparison {
  readonly runs: readonly { readonly concurrency: number; readonly pairs: readonly Pair[] }[];
  /** Medians of all pairs. */
  readonly cpu: Pair;
  /** CPU time of ipx ÷ ours, the median of the pairs of each concurrency. */
  readonly ratios: Readonly<Record<string, number>>;
  /** The geometric mean of `ratios`. */
  readonly ratio: number;
  /** Likeness to a picture that is made from all pixels of the source and not compressed. */
  readonly similarity: Pair;
  readonly bytes: Pair;
}

export interface Speed {
  readonly metric: Likeness['metric'];
  readonly commands: readonly CommandSpeed[];
  readonly thumbnails: readonly CommandSpeed[];
}

/** Pairs, and requests of each, by concurrency. */
const rounds: Readonly<Record<number, { readonly pairs: number; readonly requests: number }>> = {
  1: { pairs: 5, requests: 2 },
  4: { pairs: 3, requests: 4 },
  16: { pairs: 2, requests: 16 },
};

/** @param share of the usual number of pairs, for a short run */
export async function measureSpeed(servers: Servers, folder: string, share: number): Promise<Speed> {
  const measureAll = async (list: readonly Comparison[]) => {
    const rows: CommandSpeed[] = [];
    for (const comparison of list) {
      rows.push(await measureCommand(servers, folder, comparison, share));
      const { ours, photo, cpu, ratio, similarity } = rows.at(-1) as CommandSpeed;
      console.log(
        `${photo} ${ours}: ${cpu.ours} ms, ipx ${cpu.ipx} ms: ${ratio}; likeness ${similarity.ours}, ${similarity.ipx}`,
      );
    }
    return rows;
  };
  return {
    metric: servers.likeness.metric,
    commands: await measureAll(comparisons),
    thumbnails: await measureAll(thumbnails),
  };
}

async function measureCommand(
  { ours, ipx, likeness }: Servers,
  folder: string,
  comparison: Comparison,
  share: number,
): Promise<CommandSpeed> {
  const { name: file } = photos[comparison.photo];
  const requests = {
    ours: { file, command: comparison.ours },
    ipx: { file, command: comparison.ipx },
  };
  const children = { ours, ipx };
  // The first pictures also warm both up.
  const made = {
    ours: Buffer.from(await ours.call<string>('make', requests.ours), 'base64'),
    ipx: Buffer.from(await ipx.call<string>('make', requests.ipx), 'base64'),
  };
  const reference = await referenceOf(join(folder, file), comparison, made.ours);
  const similarity = {
    ours: round(await likeness.score(reference, made.ours), 4),
    ipx: round(await likeness.score(reference, made.ipx), 4),
  };
  const runs = [];
  for (const concurrency of concurrencies) {
    const { pairs: count = 1, requests: each = 1 } = rounds[concurrency] ?? {};
    const pairs: Pair[] = [];
    for (let pair = 0; pair < Math.max(1, Math.round(count * share)); pair += 1) {
      const order: readonly Name[] = pair % 2 === 0 ? ['ours', 'ipx'] : ['ipx', 'ours'];
      const cost: Partial<Record<Name, number>> = {};
      for (const name of order) {
        const load: Load = { ...requests[name], requests: each, concurrency };
        cost[name] = round(await children[name].call<number>('load', load), 2);
      }
      pairs.push(cost as Pair);
    }
    runs.push({ concurrency, pairs });
  }
  const ratios = Object.fromEntries(
    runs.map(({ concurrency, pairs }) => [
      concurrency,
      round(median(pairs.map((pair) => pair.ipx / pair.ours)), 3),
    ]),
  );
  const all = runs.flatMap(({ pairs }) => pairs);
  return {
    ...comparison,
    runs,
    cpu: {
      ours: round(median(all.map((pair) => pair.ours)), 1),
      ipx: round(median(all.map((pair) => pair.ipx)), 1),
    },
    ratios,
    ratio: round(geometricMean(Object.values(ratios)), 3),
    similarity,
    bytes: { ours: made.ours.length, ipx: made.ipx.length },
  };
}

/** From all pixels of the source: nothing is read smaller, and nothing is compressed. */
async function referenceOf(path: string, { geometry }: Comparison, reply: Uint8Array): Promise<Buffer> {
  const all = await sharp(path, { limitInputPixels: false })
    .autoOrient()
    .toColourspace('srgb')
    .png({ compressionLevel: 0 })
    .toBuffer();
  const { width, height } = await sharp(reply).metadata();
  const fit = geometry.width !== undefined && geometry.height !== undefined ? 'cover' : 'fill';
  return sharp(all)
    .resize({ width, height, fit, kernel: 'lanczos3' })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** Ratios of CPU time: above 1, ours needs less. */
export function speedFigures({ commands, thumbnails: small }: Speed) {
  const mean = (rows: readonly CommandSpeed[]) => round(geometricMean(rows.map(({ ratio }) => ratio)), 3);
  const isAvif = ({ ours }: Comparison) => ours.includes('fmt=avif');
  return {
    ipx: mean(commands),
    ipxWithoutAvif: mean(commands.filter((row) => !isAvif(row))),
    ipxPlain: mean(commands.filter(({ hasProfile }) => !hasProfile)),
    ipxWithProfile: mean(commands.filter(({ hasProfile }) => hasProfile)),
    worstCommand: Math.min(...commands.map(({ ratio }) => ratio)),
    thumbnails: mean(small),
    imgproxyProjected: round(
      geometricMean(commands.map(({ ratio, imgproxyToIpx }) => ratio * imgproxyToIpx)),
      3,
    ),
    /** The likeness of ours ÷ that of ipx, of the command where it is lowest. */
    lowestSimilarity: round(
      Math.min(...[...commands, ...small].map(({ similarity }) => similarity.ours / similarity.ipx)),
      4,
    ),
  };
}
