/** Quotas of uploads whose files nobody has announced: those of schedules, and those of archives. */
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { usageStore } from '../../../adapters/dynamodb/companies/usage-store.ts';
import { SourceUnavailable } from '../../../domain/uploads/opened-source.ts';
import { company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { type FetchCloud, fetchCloud } from '../../support/fetch-cloud.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const day = '2026-11-24';

async function cloudWith(quota: { assets?: number; bytes?: number }): Promise<FetchCloud> {
  const cloud = fetchCloud();
  await usageStore(cloud.memory.clients.documents, cloudNames.JOB_TABLE).changeQuota(company, {
    assets: undefined,
    bytes: undefined,
    ...quota,
  });
  return cloud;
}

const announced = async (cloud: FetchCloud) => {
  const { readUsage } = usageStore(cloud.memory.clients.documents, cloudNames.JOB_TABLE);
  return (await readUsage(company, day, day))[0]?.announced;
};

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, level: 0 });
  for (const [path, text] of Object.entries(files)) await zip.add(path, new TextReader(text));
  return Buffer.from(await (await zip.close()).arrayBuffer());
}

describe('The quota of a company', () => {
  it('refuses an upload from a bucket that does not fit, with the reason and without files', async () => {
    const cloud = await cloudWith({ assets: 1 });
    for (const name of ['a', 'b']) cloud.source.put(`web/${name}.png`, name);
    await cloud.submit(jobA);
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^luma has 0 of at most 1 assets; this upload adds up to 2\. The operator/,
      ),
      counts: { total: 0 },
    });
    expect([...cloud.assets]).toEqual([]);
    expect(await announced(cloud)).toBeUndefined();
  });

  it('announces the files of a source, and releases those that are refused', async () => {
    const cloud = await cloudWith({ assets: 10, bytes: 1_000 });
    cloud.source.put('web/a.png', 'good');
    cloud.source.put('web/b.png', 'refused: It is cut off');
    cloud.source.put('web/???.png', 'no id');
    await cloud.submit(jobA);
    await cloud.process({ kind: 'list', company, jobId: jobA });
    expect(await announced(cloud)).toEqual({ assets: 2, bytes: 26 });
    await cloud.settle();
    expect(cloud.job(jobA)?.counts).toMatchObject({ total: 3, done: 1, errors: 2 });
    expect(await announced(cloud)).toEqual({ assets: 1, bytes: 4 });
  });

  it('releases what a stopped upload did not take', async () => {
    const cloud = await cloudWith({ assets: 10 });
    for (const name of ['a', 'b', 'c']) cloud.source.put(`web/${name}.png`, name);
    await cloud.submit(jobA);
    await cloud.process({ kind: 'list', company, jobId: jobA });
    await cloud.cancel.requestStop(company, jobA, 'ann', `${day}T09:00:01.000Z`);
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({ status: 'stopped', counts: { notReached: 3 } });
    expect(await announced(cloud)).toEqual({ assets: 0, bytes: 0 });
  });

  it('learns the bytes of a URL when it is fetched, and refuses the file that does not fit', async () => {
    const cloud = await cloudWith({ bytes: 10 });
    const contents: Record<string, string> = { a: '1234567', b: '12345' };
    cloud.dependencies.openUrl = async (url) => {
      const content = contents[new URL(url).pathname.slice(1, 2)];
      if (content === undefined) throw new SourceUnavailable('It is away');
      const bytes = Buffer.from(content);
      return {
        bytes: bytes.length,
        chunks: async function* () {
          yield bytes;
        },
        close() {},
      };
    };
    const urls = ['a', 'b'].map((name) => ({ url: `https://x.example/${name}.png`, name: `${name}.png` }));
    await cloud.submit(jobA, { kind: 'urls', urls });
    await cloud.settle();
    expect(cloud.log(jobA)).toEqual([
      expect.stringContaining('published: a.png'),
      expect.stringContaining('error: b.png: luma has 7 of at most 10 bytes; this upload adds 5.'),
    ]);
    expect(await announced(cloud)).toEqual({ assets: 1, bytes: 7 });
  });

  it('counts the files of an archive in place of the archive', async () => {
    const cloud = await cloudWith({ assets: 3 });
    const zip = await zipOf({ 'a.png': 'a', 'b.png': 'refused: It is cut off', 'c.png': 'c' });
    cloud.source.put('web/photos.zip', zip);
    await cloud.submit(jobA, {}, { unpack: true });
    await cloud.process({ kind: 'list', company, jobId: jobA });
    expect(await announced(cloud)).toEqual({ assets: 1, bytes: zip.length });
    await cloud.settle();
    expect(cloud.job(jobA)?.counts).toMatchObject({ total: 4, done: 2, skipped: 1, errors: 1 });
    expect(await announced(cloud)).toEqual({ assets: 2, bytes: 2 });
  });

  it('refuses an archive whose files do not fit, and takes none of them', async () => {
    const cloud = await cloudWith({ assets: 2 });
    cloud.source.put('web/photos.zip', await zipOf({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'c' }));
    await cloud.submit(jobA, {}, { unpack: true });
    await cloud.settle();
    expect(cloud.log(jobA)).toEqual([
      expect.stringMatching(
        /^error: photos\.zip: was not unpacked\. luma has 0 of at most 2 assets; this upload adds up to/,
      ),
    ]);
    expect(await announced(cloud)).toEqual({ assets: 0, bytes: 0 });
    expect(cloud.staged()).toEqual([]);
  });

  it('counts once if the function dies at any call and its messages come again', async () => {
    const zip = await zipOf({ 'b.png': 'b', 'c.png': 'refused: no' });
    for (let failing = 1; ; failing += 1) {
      const cloud = await cloudWith({ assets: 10 });
      cloud.source.put('web/a.png', 'a');
      cloud.source.put('web/photos.zip', zip);
      await cloud.submit(jobA, {}, { unpack: true });
      let calls = 0;
      for (;;) {
        const message = cloud.take();
        if (message) {
          const attempt = async () => {
            cloud.memory.hook.onCall = async (_, next) => {
              calls += 1;
              const output = await next();
              if (calls === failing) throw Object.assign(new Error('The function died'), { $metadata: {} });
              return output;
            };
            await cloud.process(message).finally(() => {
              cloud.memory.hook.onCall = undefined;
            });
          };
          await attempt().catch(() => cloud.process(message));
        } else if (cloud.staged().length > 0 || cloud.ends.length > 0) await cloud.ingest();
        else break;
      }
      expect(cloud.job(jobA)?.counts, `call ${failing}`).toMatchObject({
        total: 4,
        done: 2,
        skipped: 1,
        errors: 1,
      });
      expect(await announced(cloud), `call ${failing}`).toEqual({ assets: 2, bytes: 2 });
      if (calls < failing) return;
    }
  });
});
