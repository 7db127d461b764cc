import { describe, expect, it } from 'vitest';
import { multipartAbove } from '../../../domain/uploads/limits.ts';
import { type OpenedSource, SourceUnavailable } from '../../../domain/uploads/opened-source.ts';
import { refusedFile } from '../../../domain/uploads/refused-file.ts';
import type { SourceState } from '../../../domain/uploads/upload-source.ts';
import { company } from '../../support/builders.ts';
import { type FetchCloud, fetchCloud } from '../../support/fetch-cloud.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const jobB = '01M868ZY4BTMHSX5Z3VJK1D3HB';
const shoe = { url: 'https://files.example.com/shoe.png?key=1', name: 'shoe.png' };
const hat = { url: 'https://files.example.com/hat.png', name: 'hat.png', folder: '/hats/' };

/** The internet. */
type Site = Record<string, (before: SourceState | undefined) => OpenedSource | 'unchanged'>;

const file = (content: string | Uint8Array, state: Partial<OpenedSource> = {}): OpenedSource => ({
  bytes: content.length,
  async *chunks() {
    yield Buffer.from(content);
  },
  close: () => {},
  ...state,
});

function cloudWith(site: Site): FetchCloud {
  const cloud = fetchCloud();
  cloud.dependencies.openUrl = async (url, before) => {
    const page = site[url];
    if (!page) throw refusedFile('files.example.com responded with 404: there is no file at this URL');
    return page(before);
  };
  return cloud;
}

const submit = (cloud: FetchCloud, id: string, changedOnly = true) =>
  cloud.submit(id, { kind: 'urls', urls: [shoe, hat], changedOnly });
const versions = (cloud: FetchCloud) =>
  [...cloud.assets].map(([id, { folder, version }]) => `${folder}${id} ${version}`).sort();

describe('An upload from URLs', () => {
  it('takes each file into its folder, and logs what could not be fetched', async () => {
    const cloud = cloudWith({ [shoe.url]: () => file('shoe') });
    await submit(cloud, jobA);
    await cloud.settle();
    expect(versions(cloud)).toEqual(['/shoe 1']);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      from: { kind: 'urls', count: 2 },
      counts: { total: 2, done: 1, errors: 1 },
    });
    expect(cloud.log(jobA)).toEqual([
      'published: shoe.png: created; published',
      'error: hat.png: files.example.com responded with 404: there is no file at this URL',
    ]);
  });

  it.each<
    [string, (round: number) => (before: SourceState | undefined) => OpenedSource | 'unchanged', number]
  >([
    ['its server says so', () => (before) => (before ? 'unchanged' : file('shoe', { etag: '"a"' })), 1],
    ['its ETag is the same', () => () => file('shoe', { etag: '"a"' }), 1],
    ['it has another ETag', (round) => () => file(`shoe ${round}`, { etag: `"${round}"` }), 2],
    ['it has another ETag, but the same bytes', (round) => () => file('shoe', { etag: `"${round}"` }), 1],
    ['its time is the same', () => () => file('shoe', { modified: 'yesterday' }), 1],
    ['it has another time', (round) => () => file(`shoe ${round}`, { modified: `${round}` }), 2],
    [
      'its time is the same, but not its size',
      (round) => () => file('x'.repeat(round), { modified: 'a' }),
      2,
    ],
    ['only its SHA-256 shows it', () => () => file('shoe'), 1],
    ['only its SHA-256 shows a change', (round) => () => file(`shoe ${round}`), 2],
  ])('with changedOnly leaves a file out if %s', async (_, page, version) => {
    const site: Site = { [hat.url]: () => file('hat') };
    const cloud = cloudWith(site);
    for (const [index, id] of [jobA, jobB].entries()) {
      site[shoe.url] = page(index + 1);
      await submit(cloud, id);
      await cloud.settle();
    }
    expect(cloud.assets.get('shoe')?.version).toBe(version);
    expect(cloud.assets.get('hat')?.version).toBe(1);
    expect(cloud.job(jobB)).toMatchObject({
      status: 'succeeded',
      counts: { total: 2, done: version - 1, skipped: 3 - version },
    });
  });

  it('without changedOnly takes every file again', async () => {
    const cloud = cloudWith({
      [shoe.url]: () => file('shoe', { etag: '"a"' }),
      [hat.url]: () => file('hat'),
    });
    for (const id of [jobA, jobB]) {
      await submit(cloud, id, false);
      await cloud.settle();
    }
    expect(versions(cloud)).toEqual(['/hats/hat 2', '/shoe 2']);
  });

  it('tries again while a server is not available, and logs the reason after the last attempt', async () => {
    let status = 503;
    const cloud = cloudWith({
      [shoe.url]: () => {
        if (status !== 200) throw new SourceUnavailable(`files.example.com responded with ${status}`);
        return file('shoe');
      },
      [hat.url]: () => {
        throw new SourceUnavailable('files.example.com did not respond within 30 seconds');
      },
    });
    await submit(cloud, jobA);
    await cloud.process({ kind: 'list', company, jobId: jobA });
    const message = (number: number) => ({ kind: 'file', company, jobId: jobA, file: number }) as const;
    await expect(cloud.process(message(1))).rejects.toThrow('503');
    status = 200;
    await cloud.process(message(1));
    await cloud.ingest();
    await cloud.process(message(2), true);
    await cloud.ingest();
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
    expect(cloud.log(jobA)[1]).toBe(
      'error: hat.png: could not be fetched, after 10 attempts. files.example.com did not respond within 30 seconds',
    );
    // The fault of a server is no alarm of the installation.
    expect(cloud.errors).toEqual([]);
  });

  it.each([
    [
      'is too large',
      { bytes: 51 * 1024 ** 3 },
      'A file may have at most 53687091200 bytes; this one has 54760833024',
    ],
    ['is large and of unknown length', { bytes: undefined, chunks: endless }, 'does not say how many'],
  ])('refuses a file that %s', async (_, changes, reason) => {
    const cloud = cloudWith({
      [shoe.url]: () => ({ ...file('x'), ...changes }),
      [hat.url]: () => file('hat'),
    });
    await submit(cloud, jobA);
    await cloud.settle();
    expect(cloud.log(jobA)[0]).toContain(reason);
    expect(cloud.job(jobA)).toMatchObject({ counts: { done: 1, errors: 1 } });
  });

  it('takes a file of unknown length', async () => {
    const cloud = cloudWith({
      [shoe.url]: () => file('shoe', { bytes: undefined }),
      [hat.url]: () => file('hat'),
    });
    await submit(cloud, jobA);
    await cloud.settle();
    expect(cloud.assets.get('shoe')?.bytes).toBe(4);
  });

  it('sends a large file in parts also from a server without ranges', async () => {
    const content = Buffer.alloc(multipartAbove + 5, 'z');
    async function* chunks() {
      for (let at = 0; at < content.length; at += 7_000_000) yield content.subarray(at, at + 7_000_000);
    }
    const cloud = cloudWith({ [shoe.url]: () => file(content, { chunks }), [hat.url]: () => file('hat') });
    await submit(cloud, jobA);
    await cloud.settle();
    const { masterKey = '', masterVersionId, bytes } = cloud.assets.get('shoe') ?? {};
    expect(bytes).toBe(content.length);
    expect(cloud.masters.get(`${masterKey}@${masterVersionId}`) === content.toString()).toBe(true);
  });
});

async function* endless() {
  for (;;) yield Buffer.alloc(10_000_000);
}
