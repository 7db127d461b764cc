/**
 * Measures the search index: its size, how long it takes to build, to open and to catch up, and how long searches take.
 * `npm run bench -- search` measures a library of 100,000 assets and writes bench/results/search.json; further sizes are
 * parameters. Processor time of this process is counted, not time on the clock, because the machine may be shared.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AssetIndex, createAssetIndex, openAssetIndex } from '../adapters/sqlite/asset-index.ts';
import type { Asset } from '../domain/assets/asset.ts';
import {
  type IndexChange,
  type IndexQuery,
  searchFacets,
  toIndexedAsset,
} from '../domain/library/indexed-asset.ts';
import { machine, today } from './support/machine.ts';
import { quantile, round, seededRandom } from './support/statistics.ts';

const resultFile = join(import.meta.dirname, 'results', 'search.json');

/** Milliseconds of a warm search, 95th percentile, in a library of 100,000 assets. */
export const maxSearchMs = 300;

const runsOfKind = 40;
const batch = 5_000;

export interface SearchResult {
  readonly assets: number;
  readonly megabytes: number;
  readonly buildSeconds: number;
  /** Opening the file and the first search, without the download. */
  readonly openMs: number;
  /** Applying 10,000 changes of publish states. */
  readonly applyMs: number;
  /** All kinds together. */
  readonly p50: number;
  readonly p95: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly matches: number;
    readonly p50: number;
    readonly p95: number;
  }[];
}

export interface SearchResults {
  readonly measured: string;
  readonly machine: string;
  readonly node: string;
  readonly sizes: readonly SearchResult[];
}

/** @param parameters numbers of assets */
export async function run(parameters: readonly string[]): Promise<void> {
  const sizes = parameters.length === 0 ? [100_000] : parameters.map(Number);
  const before: readonly SearchResult[] = existsSync(resultFile)
    ? (JSON.parse(readFileSync(resultFile, 'utf8')) as SearchResults).sizes
    : [];
  const measured = sizes.map(measure);
  const all = [...before.filter(({ assets }) => !sizes.includes(assets)), ...measured];
  const results: SearchResults = {
    measured: today(),
    machine: machine(),
    node: process.version,
    sizes: all.sort((a, b) => a.assets - b.assets),
  };
  writeFileSync(resultFile, `${JSON.stringify(results, null, 2)}\n`);
  for (const { assets, p50, p95, megabytes, buildSeconds } of measured)
    console.log(
      `${assets} assets: ${megabytes} MB, built in ${buildSeconds} s; searches ${p50} ms, 95 % within ${p95} ms`,
    );
  const late = measured.find(({ assets, p95 }) => assets <= 100_000 && p95 > maxSearchMs);
  if (late)
    throw new Error(
      `Searches of ${late.assets} assets take ${late.p95} ms: at most ${maxSearchMs} are allowed`,
    );
}

function measure(assets: number): SearchResult {
  const folder = mkdtempSync(join(tmpdir(), 'search-bench-'));
  try {
    const path = join(folder, 'index.sqlite');
    const building = cpu();
    const index = createAssetIndex(path);
    for (let start = 0; start < assets; start += batch)
      index.apply(Array.from({ length: Math.min(batch, assets - start) }, (_, at) => put(start + at, 1)));
    index.optimise();
    index.close();
    const buildSeconds = round(building() / 1_000, 1);
    const opening = cpu();
    const warm = openAssetIndex(path);
    if (!warm) throw new Error('The index cannot be opened');
    warm.search(queryOf({ q: 'linen' }));
    const openMs = round(opening(), 1);
    const applying = cpu();
    warm.apply(Array.from({ length: Math.min(10_000, assets) }, (_, number) => put(number, 2)));
    const applyMs = round(applying(), 0);
    const kinds = kindsOf(assets).map(([kind, query]) => measureKind(warm, kind, query));
    warm.close();
    const times = kinds.flatMap((kind) => kind.times);
    return {
      assets,
      megabytes: round(statSync(path).size / 1e6, 1),
      buildSeconds,
      openMs,
      applyMs,
      p50: round(quantile(times, 0.5), 1),
      p95: round(quantile(times, 0.95), 1),
      kinds: kinds.map(({ times: own, ...kind }) => ({
        ...kind,
        p50: round(quantile(own, 0.5), 1),
        p95: round(quantile(own, 0.95), 1),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureKind(index: AssetIndex, kind: string, query: (run: number) => IndexQuery) {
  index.search(query(0));
  let matches = 0;
  const times = Array.from({ length: runsOfKind }, (_, at) => {
    const asked = query(at);
    const searching = cpu();
    matches = index.search(asked).total;
    return searching();
  });
  return { kind, matches, times };
}

/** Milliseconds of processor time since the call. */
function cpu(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}

const materials = [
  'linen',
  'cotton',
  'leather',
  'wool',
  'silk',
  'denim',
  'canvas',
  'velvet',
  'cashmere',
  'nylon',
];
const things = ['shoe', 'boot', 'jacket', 'table', 'chair', 'lamp', 'scarf', 'shirt', 'trousers', 'Überwurf'];
const colours = ['red', 'blue', 'green', 'black', 'white', 'grey', 'yellow', 'crème', 'brown', 'pink'];
const pick = (list: readonly string[], random: () => number) =>
  list[Math.floor(random() * list.length)] ?? '';

function anAsset(number: number): Asset {
  const random = seededRandom(number);
  const [material, thing, colour] = [pick(materials, random), pick(things, random), pick(colours, random)];
  const created = new Date(1_700_000_000_000 + Math.floor(random() * 9e10)).toISOString();
  const id = `${thing}-${colour}-${String(number).padStart(7, '0')}`;
  return {
    company: 'luma',
    id,
    type: random() < 0.8 ? 'image' : random() < 0.5 ? 'video' : 'pdf',
    mimeType: 'image/jpeg',
    bytes: Math.floor(random() * 5_000_000),
    width: 400 + Math.floor(random() * 4_000),
    height: 400 + Math.floor(random() * 4_000),
    folder: `/${thing}/${2_020 + Math.floor(random() * 6)}/${material}/`,
    fileName: `${id}.jpg`,
    version: 1,
    masterKey: `luma/${id}`,
    masterVersionId: 'v1',
    intent: 'live',
    publications: random() < 0.7 ? { 'image-serving': { version: 1, at: created, by: 'ann', key: id } } : {},
    title: `${colour} ${thing} of ${material}, season ${Math.floor(random() * 40)}`,
    description: `A ${thing} made of ${material} in ${colour}. Article ${Math.floor(random() * 1e9)}, photographed for the catalogue.`,
    altText: `${thing} on a ${pick(colours, random)} background`,
    keywords: [colour, material, `season ${Math.floor(random() * 40)}`],
    fields: { colour, article: Math.floor(random() * 1e9) },
    uploadedAt: created,
    created,
    createdBy: `member-${Math.floor(random() * 30)}`,
    modified: created,
    modifiedBy: 'ann',
  };
}

function put(number: number, sequence: number): IndexChange {
  const asset = anAsset(number);
  const changed = sequence === 1 ? asset : { ...asset, publications: {} };
  return {
    kind: 'asset',
    id: asset.id,
    asset: toIndexedAsset(changed),
    sequence: String(sequence).padStart(40, '0'),
    at: '2026-11-24T08:30:00.000Z',
  };
}

const queryOf = (filters: IndexQuery['filters'], more: Partial<IndexQuery> = {}): IndexQuery => ({
  filters,
  sort: 'date',
  order: 'desc',
  limit: 100,
  ...more,
});

/** Searches as people make them, another one in each run. */
function kindsOf(assets: number): readonly (readonly [kind: string, query: (run: number) => IndexQuery])[] {
  const random = seededRandom(7);
  const numbers = Array.from({ length: runsOfKind + 1 }, () => Math.floor(random() * assets));
  const of = (run: number) => anAsset(numbers[run] ?? 0);
  const numberOf = (run: number) => of(run).id.slice(-7);
  return [
    ['a part of one id', (run) => queryOf({ q: numberOf(run).slice(1) })],
    ['a word that 10 % have', (run) => queryOf({ q: materials[run % 10] })],
    [
      'three words',
      (run) => queryOf({ q: `${materials[run % 10]} ${colours[(run * 3) % 10]} ${things[(run * 7) % 10]}` }),
    ],
    ['a word of two characters', (run) => queryOf({ q: ['ov', 'ck', 'zz', '99'][run % 4] })],
    ['a word that nothing has', (run) => queryOf({ q: `nothing${run}` })],
    ['a keyword', (run) => queryOf({ keyword: `season ${run % 40}` })],
    ['a field', (run) => queryOf({ field: { name: 'colour', value: colours[run % 10] ?? '' } })],
    [
      'a folder with those below it, by name',
      (run) => queryOf({ folder: `/${things[run % 9]}/`, below: true }, { sort: 'name', order: 'asc' }),
    ],
    [
      'type, state, orientation and size',
      (run) =>
        queryOf(
          { types: ['image'], state: 'published', orientation: 'portrait', bytesFrom: run * 50_000 },
          { sort: 'size' },
        ),
    ],
    [
      'a month, unused',
      (run) =>
        queryOf({
          createdFrom: `2024-0${1 + (run % 9)}-01T00:00:00.000Z`,
          createdTo: `2024-0${1 + (run % 9)}-31T00:00:00.000Z`,
          unused: true,
        }),
    ],
    ['everything, newest first', () => queryOf({})],
    [
      'everything, a page in the middle',
      (run) => queryOf({}, { sort: 'name', order: 'asc', after: { value: of(run).id, id: of(run).id } }),
    ],
    ['a word with all facets', (run) => queryOf({ q: materials[run % 10] }, { facets: searchFacets })],
  ];
}
