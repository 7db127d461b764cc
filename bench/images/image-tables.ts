import { type ImageResults, imageGoals } from './image-results.ts';
import type { CommandSpeed } from './speed.ts';

const meanings: Readonly<Record<keyof typeof imageGoals, string>> = {
  ipx: 'CPU of ipx ÷ ours, geometric mean of the commands',
  ipxWithoutAvif: 'the same without AVIF',
  worstCommand: 'the same, for the command where it is lowest',
  thumbnails: 'the same, for thumbnails of large masters',
  imgproxyProjected: 'CPU of imgproxy, projected from ipx, ÷ ours',
  lowestSimilarity: 'likeness of ours ÷ that of ipx, where it is lowest',
  jpegBytes: 'bytes of a JPEG ÷ those of ipx at the same likeness',
  avifBytes: 'the same for AVIF',
  avifCpu: 'CPU of the AVIF encoder ÷ that of ipx at the same likeness',
  webpBytes: 'bytes of a WebP ÷ those of ipx at the same likeness',
  autoQualityBytes: 'bytes with `qlt=auto` ÷ those with `qlt=80`, geometric mean of JPEG, WebP and AVIF',
  importReady: 'CPU to import the bundle of serve-image ÷ that of the old bundle',
  importReadyApi: 'the same for serve-api',
};

/** The tables of docs/image-performance.md. */
export function imageTables(results: Partial<ImageResults> & Pick<ImageResults, 'figures'>): string {
  const { figures, speed, memory, start, edge } = results;
  const measured = results.speed ?? results.bytes;
  return [
    '| figure | measured | target |',
    '|---|---|---|',
    ...(Object.keys(imageGoals) as (keyof typeof imageGoals)[]).map((name) => {
      const goal: { readonly min?: number; readonly max?: number } = imageGoals[name];
      const target = goal.min === undefined ? `at most ${goal.max}` : `at least ${goal.min}`;
      return `| ${meanings[name]} | ${figures[name] ?? 'not measured'} | ${target} |`;
    }),
    ...(speed
      ? [
          '',
          `Commands on plain pictures alone: ${figures.ipxPlain}. On pictures with a profile or in CMYK: ${figures.ipxWithProfile}.`,
          '',
          `| picture, command | CPU ms | of ipx | ratio at concurrency 1, 4, 16 | ${speed.metric} | of ipx | bytes | of ipx |`,
          '|---|---|---|---|---|---|---|---|',
          ...[...speed.commands, ...speed.thumbnails].map(commandRow),
        ]
      : []),
    ...(start
      ? [
          '',
          `| bundle | CPU ms to import | before (\`${start.commit}\`) | ratio | kB | before |`,
          '|---|---|---|---|---|---|',
          ...start.functions.map(
            ({ name, cpu, ratio, bytes }) =>
              `| ${name} | ${cpu.now} | ${cpu.old} | ${ratio} | ${kilobytes(bytes.now)} | ${kilobytes(bytes.old)} |`,
          ),
          '',
          '| first request of serve-api, with the import | CPU ms | before | ratio |',
          '|---|---|---|---|',
          ...start.firstRequests.map(
            ({ request, cpu, ratio }) => `| ${request} | ${cpu.now} | ${cpu.old} | ${ratio} |`,
          ),
        ]
      : []),
    ...(memory
      ? [
          '',
          '| picture, command | peak MB | with MALLOC_ARENA_MAX=2 | with 1 | share of the busiest thread |',
          '|---|---|---|---|---|',
          ...memory.peaks.map(({ photo, command, megabytes }) => {
            const share = memory.serialShare.find((row) => row.command === command)?.share;
            return `| ${photo} \`${command}\` | ${megabytes.default} | ${megabytes[2]} | ${megabytes[1]} | ${share} |`;
          }),
          `| all, four at a time | ${memory.mixed.default} | ${memory.mixed[2]} | ${memory.mixed[1]} | |`,
          '',
          '| memory of the function, MB | time of an image, 1 at one processor | price of an image |',
          '|---|---|---|',
          ...memory.bySize.map(({ memory: size, time, price }) => `| ${size} | ${time} | ${price} |`),
        ]
      : []),
    ...(edge
      ? [
          '',
          `The edge function has ${edge.bytes.toLocaleString('en-US')} of ${edge.limit.toLocaleString('en-US')} bytes and takes ${edge.njsMicroseconds} µs in njs. Of a trace of ${edge.requests.toLocaleString('en-US')} requests, a cache without limits serves ${percent(edge.hitRatio.canonical)} with it, and ${percent(edge.hitRatio.asWritten)} without.`,
        ]
      : []),
    ...(measured
      ? [
          '',
          `Measured ${measured.date} on ${measured.machine}; ${Object.entries(measured.versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(', ')}.`,
        ]
      : []),
  ].join('\n');
}

function commandRow({ photo, ours, cpu, ratios, similarity, bytes }: CommandSpeed): string {
  return `| ${photo} \`${ours}\` | ${cpu.ours} | ${cpu.ipx} | ${Object.values(ratios).join(', ')} | ${similarity.ours} | ${similarity.ipx} | ${bytes.ours} | ${bytes.ipx} |`;
}

const kilobytes = (bytes: number) => Math.round(bytes / 1_000).toLocaleString('en-US');
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
