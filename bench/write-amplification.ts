/**
 * Measures what each action of a user costs in S3 copies and DynamoDB write units, counted between the functions and the
 * backends of a local cloud. Dynoxide reports consumed capacity like DynamoDB: by kilobyte, doubled in transactions, and
 * for each index whose keys or projected attributes change.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationBody } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { inParallel } from '../domain/in-parallel.ts';
import { writeCosts } from '../scripts/write-costs.ts';
import { type BenchCloud, type BenchFile, startBenchCloud } from './support/bench-cloud.ts';
import type { Tally } from './support/counting-proxy.ts';
import { machine, today, versions } from './support/machine.ts';

const resultFile = join(import.meta.dirname, 'results', 'write-amplification.json');

/** The maximum cost of publishing an image. */
const maxCopies = 1;
const maxWriteUnits = 5;

interface Row {
  readonly label: string;
  readonly copies: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly puts: number;
  readonly gets: number;
  readonly deletes: number;
  readonly writesTo: Readonly<Record<string, number>>;
}

export async function run(): Promise<void> {
  const cloud = await startBenchCloud();
  try {
    const rows = await measureAll(cloud);
    const result = {
      machine: machine(),
      versions: versions(),
      date: today(),
      ...rows,
    };
    writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`);
    writeCosts();
    const { copies, writeUnits } = rows.publishImage;
    console.log(`Publishing an image: ${copies} copies, ${writeUnits} write units. Written to ${resultFile}`);
    if (copies > maxCopies || writeUnits > maxWriteUnits) {
      console.error(`That is above ${maxCopies} copy and ${maxWriteUnits} write units.`);
      process.exitCode = 1;
    }
  } finally {
    await cloud.stop();
  }
}

async function measureAll(cloud: BenchCloud) {
  const { api, upload, measure } = cloud;
  const rows: Record<string, Row> = {};
  const row = async (name: string, what: string, work: () => Promise<unknown>) => {
    const tally = await measure(work);
    rows[name] = rowOf(what, tally);
    console.log(`${what}: ${tally.copies} copies, ${tally.writeUnits} write units`);
    return rows[name];
  };
  const marked = { publishAfterUploading: false };
  const members = Array.from({ length: 1_000 }, (_, number) => ({ id: `picture-${number % 60}` }));

  // Work that is done once for a company, a folder or an environment must not count for the first action.
  await upload(await pictures('warm-up', 3), marked);
  await api.call('publishAsset', { params: { id: 'warm-up-0' } });

  const one = await picture('one.png', '#c00');
  await row('upload', 'upload an image without publishing it', () => upload([one], marked));
  const publishImage = await row('publishImage', 'publish an image', () =>
    api.call('publishAsset', { params: { id: 'one' } }),
  );
  await row('unpublishImage', 'unpublish an image', () =>
    api.call('unpublishAsset', { params: { id: 'one' } }),
  );
  const two = await picture('two.png', '#0c0');
  await row('uploadAndPublish', 'upload an image and publish it', () => upload([two]));

  await row('editMetadata', 'edit the title and alternative text of an image', () =>
    api.call('editMetadata', { params: { id: 'one' }, body: { title: 'One', altText: 'A red square' } }),
  );
  await row('addKeywords', 'add two keywords to an image', () =>
    api.call('editMetadata', { params: { id: 'one' }, body: { keywords: ['red', 'square'] } }),
  );

  await upload(await pictures('picture', 60), marked);
  const createSet = (id: string, setMembers: readonly { readonly id: string }[]) =>
    api.call('createSet', { body: { type: 'image-set', id, members: [...setMembers], publish: false } });
  await row('createSet10', 'build a set of 10', () => createSet('ten', members.slice(0, 10)));
  await row('publishSet10', 'publish a set of 10 unpublished images: 11 assets', () =>
    api.call('publishAsset', { params: { id: 'ten' } }),
  );
  await row('editSet10', 'replace one member of a live set of 10', () =>
    api.call('editSet', {
      params: { id: 'ten' },
      body: {
        members: [...members.slice(0, 9), { id: 'picture-30' }],
        publish: false,
      },
    }),
  );
  await createSet('thousand', members);
  await row('editSet1000', 'replace one member of a set of 1,000 members (60 images)', () =>
    api.call('editSet', {
      params: { id: 'thousand' },
      body: { members: [...members.slice(0, 999), { id: 'two' }], publish: false },
    }),
  );

  for (const sets of [0, 10, 1_000]) {
    const id = `in-${sets}`;
    await upload([await picture(`${id}.png`, '#00c')]);
    await inParallel(Array.from({ length: sets }), 8, (_, number) =>
      createSet(`${id}-set-${number}`, [{ id }]),
    );
    const next = await picture(`${id}.png`, '#0cc');
    const how = sets.toLocaleString('en');
    await row(`editImageIn${sets}Sets`, `a new version of a live image that is in ${how} sets`, () =>
      upload([next]),
    );
  }

  await api.call('createDerived', { params: { id: 'two' }, body: { id: 'two-small', recipe: 'wid=20' } });
  const twice = await picture('two.png', '#cc0');
  await row('editParent', 'a new version of a live image with one live derived image', () => upload([twice]));
  await row('rollBack', 'roll that image back', () =>
    api.call('publishVersion', { params: { id: 'two', version: '1' } }),
  );

  await row('moveAsset', 'move a live image to another folder', () =>
    api.call('moveAssets', { body: { assetIds: ['two'], folder: '/elsewhere/' } }),
  );
  await row('renameAsset', 'rename a live image with one derived image', () =>
    api.call('renameAsset', { params: { id: 'two' }, body: { to: 'second' } }),
  );
  await row('trashAsset', 'move both to the trash', () =>
    api.call('trashAsset', { params: { id: 'second' } }),
  );
  await row('restoreAsset', 'restore both and publish them', () =>
    api.call('restoreAssets', { body: { assetIds: ['second'] } }),
  );

  await upload(await pictures('batch', 100), marked);
  const { items } = await api.call('searchAssets', {
    query: { q: 'batch-', state: 'unpublished', limit: 1000 },
  });
  const inJob = await measure(async () => {
    const job = await api.call('submitJob', { body: { publish: 'new' } });
    const { counts } = await cloud.until(job.id);
    if (counts.done < items.length) throw new Error(`The job published ${counts.done} of ${items.length}`);
    publishedByJob = counts.done;
  });
  rows.publishJob = rowOf(`publish ${publishedByJob} images by a job: for each image`, inJob, publishedByJob);

  const query = { q: 'batch-' };
  const { total } = await api.call('searchAssets', { query: { ...query, limit: 1 } });
  const byJob = async (
    name: string,
    what: string,
    action: OperationBody<'submitAction'>['action'],
  ): Promise<void> => {
    const tally = await measure(async () => {
      const job = await api.call('submitAction', { body: { action, scope: { query, count: total } } });
      const { counts } = await cloud.until(job.id);
      if (counts.done !== total) throw new Error(`The job did ${JSON.stringify(counts)} of ${total}`);
    });
    rows[name] = rowOf(`${what} ${total} live images by a job: for each image`, tally, total);
    console.log(`${what} by a job: ${rows[name].writeUnits} write units`);
  };
  await byJob('actionMetadata', 'add a keyword to', { name: 'metadata', addKeywords: ['sale'] });
  await byJob('actionDates', 'set the end of', { name: 'dates', liveUntil: '2099-01-01T00:00Z' });
  await byJob('actionMove', 'move', { name: 'move', folder: '/archive/' });
  await byJob('actionUnpublish', 'unpublish', { name: 'unpublish' });
  await byJob('actionTrash', 'move to the trash', { name: 'trash' });

  return { ...rows, publishImage };
}

/** Images that the measured job published. */
let publishedByJob = 0;

function rowOf(label: string, tally: Tally, by = 1): Row {
  const each = (value: number) => Math.round((value / by) * 100) / 100;
  return {
    label,
    copies: each(tally.copies),
    writeUnits: each(tally.writeUnits),
    readUnits: each(tally.readUnits),
    puts: each(tally.puts),
    gets: each(tally.gets),
    deletes: each(tally.deletes),
    writesTo: Object.fromEntries([...tally.writesTo].sort().map(([to, units]) => [to, each(units)])),
  };
}

async function picture(name: string, background: string): Promise<BenchFile> {
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

function pictures(name: string, count: number): Promise<BenchFile[]> {
  return Promise.all(Array.from({ length: count }, (_, number) => picture(`${name}-${number}.png`, '#ccc')));
}
