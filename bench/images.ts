/**
 * `npm run bench -- images`: measures the image server beside ipx. Writes bench/results/images.json and the tables of
 * docs/image-performance.md. It installs ipx with npm in a temporary folder; the project does not depend on it.
 *
 * `npm run bench -- images speed bytes` measures only these two. The other results are kept with their dates.
 * `npm run bench -- images docs` writes the tables again from the results.
 * `--share=0.4` makes fewer runs; the results record all of them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { autoQualityFigure, measureAutoQuality } from './images/auto-quality.ts';
import { measureColdStart } from './images/cold-start.ts';
import { comparisons, ipxSettings, photos, thumbnails } from './images/comparison.ts';
import { measureEdge } from './images/edge.ts';
import { fileSizeFigures, measureFileSize } from './images/file-size.ts';
import { type ImageResults, imageGoals } from './images/image-results.ts';
import { imageTables } from './images/image-tables.ts';
import { installIpx } from './images/install-ipx.ts';
import { startLikeness } from './images/likeness.ts';
import { measureMemory } from './images/memory.ts';
import { drawPhotos } from './images/photos.ts';
import { measureSpeed, type Servers, speedFigures } from './images/speed.ts';
import { startChild } from './support/child-process.ts';
import { machine, today } from './support/machine.ts';
import { writeBetweenMarkers } from './support/marked-text.ts';

const resultFile = join(import.meta.dirname, 'results', 'images.json');
const page = join(import.meta.dirname, '..', 'docs', 'image-performance.md');
const serverOf = (name: string) => join(import.meta.dirname, 'images', `${name}.ts`);

const parts = ['speed', 'bytes', 'auto', 'start', 'memory', 'edge'] as const;
type Part = (typeof parts)[number];

export async function run(parameters: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: { share: { type: 'string', default: '1' } },
  });
  const known: readonly string[] = [...parts, 'docs'];
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: unknown. Use one of ${known.join(', ')}.`);
  const wanted = parts.filter((part) => positionals.length === 0 || positionals.includes(part));
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-images-'));
  try {
    for (const part of wanted) save(await measure(part, folder, Number(values.share)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const results = saved();
  writeBetweenMarkers(page, 'image-figures', imageTables(results));
  for (const [name, goal] of Object.entries(imageGoals) as [
    keyof typeof imageGoals,
    { min?: number; max?: number },
  ][]) {
    const value = results.figures[name];
    const isMet = value !== undefined && value >= (goal.min ?? -Infinity) && value <= (goal.max ?? Infinity);
    console.log(`${name}: ${value ?? 'not measured'} ${JSON.stringify(goal)}${isMet ? '' : ' NOT MET'}`);
  }
}

async function measure(part: Part, folder: string, share: number): Promise<Partial<ImageResults>> {
  const made = { date: today(), machine: machine() };
  const versions = { node: process.version, sharp: sharp.versions.sharp ?? '', libvips: sharp.versions.vips };
  if (part === 'edge') return { edge: { ...made, versions: { node: process.version }, ...measureEdge() } };
  if (part === 'start') {
    const start = await measureColdStart(folder);
    if (start) return { start: { ...made, versions: { node: process.version }, ...start } };
    console.log('The commit with the earlier bundles is missing: import times are not compared');
    return {};
  }
  await drawPhotos(folder);
  if (part === 'auto') return { auto: { ...made, versions, ...(await measureAutoQuality(folder)) } };
  if (part === 'memory')
    return { memory: { ...made, versions, ...(await measureMemory(serverOf('pressroom-server'), folder)) } };
  const ipx = installIpx(join(folder, 'ipx'));
  const likeness = await startLikeness(folder);
  const servers: Servers = {
    ours: startChild(serverOf('pressroom-server'), { PHOTOS: folder }),
    ipx: startChild(serverOf('ipx-server'), { PHOTOS: folder, IPX: join(folder, 'ipx') }),
    likeness,
  };
  try {
    const all = { ...versions, ipx: ipx.ipx, 'sharp of ipx': ipx.sharp };
    return part === 'speed'
      ? { speed: { ...made, versions: all, ...(await measureSpeed(servers, folder, share)) } }
      : { bytes: { ...made, versions: all, ...(await measureFileSize(servers, folder)) } };
  } finally {
    likeness.stop();
    await Promise.all([servers.ours.stop(), servers.ipx.stop()]);
  }
}

function saved(): Partial<ImageResults> & Pick<ImageResults, 'figures'> {
  if (!existsSync(resultFile)) return { figures: {} };
  return JSON.parse(readFileSync(resultFile, 'utf8')) as ImageResults;
}

function save(part: Partial<ImageResults>): void {
  const { figures: _, compared: __, ...before } = saved() as ImageResults;
  const results = { ...before, ...part };
  const start = (name: string) => results.start?.functions.find((row) => row.name === name)?.ratio;
  const figures = {
    ...(results.speed && speedFigures(results.speed)),
    ...(results.bytes && fileSizeFigures(results.bytes)),
    ...(results.auto && { autoQualityBytes: autoQualityFigure(results.auto) }),
    ...(results.start && { importReady: start('serve-image'), importReadyApi: start('serve-api') }),
  };
  const compared = { photos, comparisons, thumbnails, ipxSettings };
  writeFileSync(resultFile, `${JSON.stringify({ figures, compared, ...results }, null, 2)}\n`);
}
