import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { addsUp } from '../../../domain/jobs/counts.ts';
import { company } from '../../support/builders.ts';
import { type FetchCloud, fetchCloud } from '../../support/fetch-cloud.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const at = '2026-11-24T09:00:01.000Z';

type Content = Readonly<Record<string, string>>;

async function zipOf(files: Content, options: { password?: string; level?: number } = {}): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, ...options });
  for (const [path, text] of Object.entries(files)) await zip.add(path, new TextReader(text));
  return Buffer.from(await (await zip.close()).arrayBuffer());
}

async function tarOf(files: Content, links: readonly string[] = []): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  for (const name of links) tar.entry({ name, type: 'symlink', linkname: '/etc/passwd' });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** An upload with an archive that has arrived. */
function cloudWith(name: string, bytes: Buffer, unpack = true): FetchCloud {
  const cloud = fetchCloud();
  cloud.addJob(jobA, [name], { folder: '/shop/', ...(unpack && { unpack }) });
  const file = cloud.files.get(`${jobA}/1`);
  if (file) cloud.files.set(`${jobA}/1`, { ...file, bytes: bytes.length });
  cloud.memory.buckets.uploads.put(`${company}/${jobA}/1`, bytes, { modified: new Date(at) });
  return cloud;
}

const assets = (cloud: FetchCloud) => [...cloud.assets].map(([id, { folder }]) => `${folder}${id}`).sort();
const photos: Content = { 'shoe.png': 'shoe', 'autumn/boots/red.png': 'red', 'autumn/.DS_Store': 'x' };
const unpacking = { kind: 'unpack', company, jobId: jobA, file: 1 } as const;

describe('An archive that arrives', () => {
  it.each([
    ['photos.zip', () => zipOf(photos)],
    ['photos.ZIP', () => zipOf(photos, { level: 0 })],
    [
      'photos.tar',
      () =>
        tarOf({ './shoe.png': 'shoe', './autumn/boots/red.png': 'red', [`${'long/'.repeat(40)}a.png`]: 'a' }),
    ],
  ])('as %s is unpacked into assets in its folders, and is not added itself', async (name, make) => {
    const cloud = cloudWith(name, await make());
    await cloud.settle();
    const more = name.endsWith('tar') ? 1 : 0;
    expect(assets(cloud)).toEqual(expect.arrayContaining(['/shop/autumn/boots/red', '/shop/shoe']));
    expect(assets(cloud)).toHaveLength(2 + more);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { total: 3 + more, done: 2 + more, skipped: 1, errors: 0 },
    });
    expect(cloud.log(jobA)[0]).toBe(`skipped: ${name}: not added itself: unpacked into ${2 + more} files`);
    const { masterKey = '', masterVersionId } = cloud.assets.get('red') ?? {};
    expect(cloud.masters.get(`${masterKey}@${masterVersionId}`)).toBe('red');
    expect(cloud.staged()).toEqual([]);
  });

  it('without the option becomes an asset', async () => {
    const cloud = cloudWith('photos.zip', await zipOf(photos), false);
    await cloud.settle();
    expect(assets(cloud)).toEqual(['/shop/photos']);
  });

  it('refuses single files with an entry, and takes archives within it as they are', async () => {
    const inner = 'inner';
    const zip = await zipOf({
      '../up.png': 'x',
      'a/one.png': '1',
      'b/one.jpg': '2',
      'inner.zip': inner,
      'bad.png': 'refused: It is cut off',
    });
    const cloud = cloudWith('photos.zip', zip);
    await cloud.settle();
    expect(assets(cloud)).toEqual(['/shop/a/one', '/shop/inner']);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 6, done: 2, errors: 3 },
    });
    expect(cloud.log(jobA).join('\n')).toMatch(/up\.png: Its path.*one\.jpg: it gives the same id/s);
  });

  it('does not take links and encrypted files', async () => {
    const tar = cloudWith('photos.tar', await tarOf({ 'a.png': 'a' }, ['link.png']));
    await tar.settle();
    expect(tar.job(jobA)?.counts).toMatchObject({ total: 3, done: 1, skipped: 1, errors: 1 });
    const zip = cloudWith('photos.zip', await zipOf({ 'a.png': 'a' }, { password: 'secret' }));
    await zip.settle();
    expect(zip.log(jobA)[1]).toContain('is a link or encrypted');
  });

  it.each([
    ['photos.zip', Buffer.from('this is no archive at all, but it is long enough')],
    ['photos.tar', Buffer.alloc(2_048, 'x')],
    ['photos.zip', Buffer.alloc(0)],
  ])('and is damaged gets an error entry: %s', async (name, bytes) => {
    const cloud = cloudWith(name, bytes);
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 1, errors: 1 },
    });
    expect(cloud.log(jobA)[0]).toMatch(/was not unpacked\. It is not a (ZIP|TAR) archive that can be read/);
    expect(cloud.staged()).toEqual([]);
  });

  it('with a damaged file gets an entry for it, and the others are taken', async () => {
    const zip = await zipOf({ 'a.png': 'aaaa', 'b.png': 'bbbb' }, { level: 0 });
    zip[zip.indexOf('aaaa')] = 0x62;
    const cloud = cloudWith('photos.zip', zip);
    await cloud.settle();
    expect(cloud.log(jobA)[1]).toContain('error: a.png: It is not a ZIP archive that can be read');
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 3, done: 1, errors: 1 },
    });
  });

  it('with a file that is longer than its directory says gets an entry for it', async () => {
    const zip = await zipOf({ 'a.png': 'a'.repeat(50_000) });
    const directory = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    zip.writeUInt32LE(10, directory + 24);
    const cloud = cloudWith('photos.zip', zip);
    await cloud.settle();
    expect(cloud.assets.get('a')).toBeUndefined();
    expect(cloud.job(jobA)).toMatchObject({ status: 'completed-with-errors', counts: { errors: 1 } });
  });

  it('that breaks off gets an entry for each file that is missing', async () => {
    const tar = await tarOf({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'c' });
    const cloud = cloudWith('photos.tar', tar);
    const { openArchive } = cloud.dependencies;
    cloud.dependencies.openArchive = (file, source) => {
      const archive = openArchive(file, source);
      // Its first pass has seen all of it.
      return {
        ...archive,
        read: (wanted, take) => openArchive(file, { ...source, bytes: 1_500 }).read(wanted, take),
      };
    };
    await cloud.settle();
    expect(cloud.job(jobA)?.status).toBe('completed-with-errors');
    expect(cloud.job(jobA)?.counts).toMatchObject({ total: 4, done: 1, errors: 3 });
  });

  it('has the same result if the function dies at any call and its message comes again, or twice', async () => {
    const zip = await zipOf({ 'a.png': 'a', 'b/b.png': 'b', '???.png': 'c' });
    for (let failing = 1; ; failing += 1) {
      const cloud = cloudWith('photos.zip', zip);
      await cloud.ingest();
      let calls = 0;
      let message = cloud.take();
      while (message) {
        cloud.memory.hook.onCall = async (_, next) => {
          calls += 1;
          const output = await next();
          if (calls === failing) throw Object.assign(new Error('The function died'), { $metadata: {} });
          return output;
        };
        const died = await cloud.process(message).then(
          () => false,
          () => true,
        );
        cloud.memory.hook.onCall = undefined;
        if (!died) message = cloud.take();
      }
      await cloud.process(unpacking);
      await cloud.settle();
      expect(cloud.job(jobA), `call ${failing}`).toMatchObject({
        status: 'completed-with-errors',
        counts: { total: 4, done: 2, skipped: 1, errors: 1 },
      });
      expect(assets(cloud)).toEqual(['/shop/a', '/shop/b/b']);
      if (calls < failing) return;
    }
  });

  it('is unpacked beside another one, and each file has a number of its own', async () => {
    const cloud = fetchCloud();
    cloud.source.put('web/one.zip', await zipOf({ 'a.png': 'a', 'b.png': 'b' }));
    cloud.source.put('web/two.zip', await zipOf({ 'c.png': 'c', 'a.png': 'other' }));
    cloud.source.put('web/d.png', 'd');
    await cloud.submit(jobA, { changedOnly: true }, { unpack: true });
    await cloud.settle();
    expect(assets(cloud)).toHaveLength(5);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'succeeded',
      lastFile: 7,
      counts: { total: 7, done: 5, skipped: 2 },
    });
    const again = '01M868ZY4BTMHSX5Z3VJK1D3HB';
    await cloud.submit(again, { changedOnly: true }, { unpack: true });
    await cloud.settle();
    expect(cloud.job(again)).toMatchObject({ counts: { total: 0 }, leftOut: { unchanged: 3 } });
  });

  it('is not unpacked after the upload was stopped', async () => {
    const cloud = cloudWith('photos.zip', await zipOf(photos));
    await cloud.ingest();
    await cloud.cancel.requestStop(company, jobA, 'ann', at);
    await cloud.settle();
    const job = cloud.job(jobA);
    expect(job && addsUp(job.counts)).toBe(true);
    expect(assets(cloud)).toEqual([]);
  });
});
