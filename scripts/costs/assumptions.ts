/** What a month is assumed to be like. Each assumption is an argument of `npm run costs`. */
import { parseArgs } from 'node:util';

interface Assumption {
  readonly value: number;
  readonly text: string;
}

const assume = (value: number, text: string): Assumption => ({ value, text });

/** The arguments, with their defaults. */
export const assumptionTexts = {
  assets: assume(1_000_000, 'assets in the library, all live'),
  requests: assume(100_000_000, 'requests of visitors in a month'),
  'master-kilobytes': assume(500, 'size of a master, in kB'),
  'old-versions': assume(20, 'older versions that are kept, for 100 assets'),
  servers: assume(1, 'servers on which an asset is live'),
  'metadata-bytes': assume(1_500, 'metadata of an asset, in bytes'),
  'request-kilobytes': assume(45, 'size of a response, in kB'),
  'hit-percent': assume(95, 'requests that the cache of CloudFront serves, in percent'),
  'image-percent': assume(100, 'requests for images, in percent; the others are files and video'),
  'image-milliseconds': assume(
    140,
    'duration of a call of the image server, in ms: 120 of CPU (image-performance.md), and S3',
  ),
  uploads: assume(20_000, 'uploads in a month that are published at once'),
  publishes: assume(20_000, 'assets in a month that jobs publish'),
  edits: assume(20_000, 'edits of metadata in a month'),
  'ingest-milliseconds': assume(500, 'duration of an upload in ingest-upload, in ms'),
  'api-requests': assume(1_000_000, 'requests to the API in a month'),
  'api-milliseconds': assume(50, 'duration of a call of serve-api, in ms'),
  searches: assume(50_000, 'searches in a month'),
  'search-milliseconds': assume(100, 'duration of a search in serve-api-search, in ms'),
  members: assume(20, 'members that sign in within the month'),
  'log-bytes': assume(600, 'log of an invocation, in bytes'),
  'access-log-bytes': assume(100, 'compressed access log of a request at CloudFront, in bytes'),
} as const;

type AssumptionName = keyof typeof assumptionTexts;

export type Assumptions = Readonly<Record<AssumptionName, number>>;

export const defaultAssumptions = Object.fromEntries(
  Object.entries(assumptionTexts).map(([name, { value }]) => [name, value]),
) as Assumptions;

/**
 * Reads `--assets 250000 --requests 20000000`.
 * @throws Error that names a wrong argument and what would be right
 */
export function readAssumptions(parameters: readonly string[]): Assumptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: Object.fromEntries(
      Object.keys(assumptionTexts).map((name) => [name, { type: 'string' as const }]),
    ),
  });
  const given = Object.entries(values).map(([name, text]) => {
    const value = Number(text);
    if (!(value >= 0) || text === '')
      throw new Error(`--${name}: '${text}' is wrong. Use a number from 0, such as --${name}=100.`);
    if (name.endsWith('-percent') && value > 100)
      throw new Error(`--${name}: ${text} is wrong. Use a percentage from 0 to 100.`);
    return [name, value] as const;
  });
  return { ...defaultAssumptions, ...Object.fromEntries(given) };
}
