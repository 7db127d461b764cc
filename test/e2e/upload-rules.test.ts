import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as sample from '../adapters/media/sample-files.ts';
import { bmpFile, bmpLines } from '../support/images/bmp-file.ts';
import { onePagePdf } from '../support/images/pdf-file.ts';
import { psdFile } from '../support/images/psd-file.ts';
import {
  type BodyOf,
  company,
  startTestCloud,
  type TestCloud,
  type TestFile,
  type UploadOptions,
} from './support/test-cloud.ts';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});

afterAll(async () => {
  await test?.stop();
});

async function picture(name: string, background: string, size = 32): Promise<TestFile> {
  const image = sharp({ create: { width: size, height: size, channels: 3, background } });
  return { name, type: 'image/png', bytes: await image.png().toBuffer() };
}

const find = (id: string) => test.as('viewer').call('readAsset', { params: { id } });

const set = (settings: BodyOf<'editSettings'>) => test.as('admin').call('editSettings', { body: settings });

/** Uploads files, waits for the end of the job, and returns the log entries of the files. */
async function upload(files: readonly TestFile[], options: UploadOptions = {}) {
  const { job } = await test.upload(files, options);
  const ended = await test.until(job.id, 'succeeded', 'completed-with-errors');
  const lines = await test.wholeLog(job.id);
  return { job: ended, lines: lines.filter(({ outcome }) => outcome !== 'begin' && outcome !== 'end') };
}

describe('images that the image server cannot decode', () => {
  it('are delivered as a rendition, and keep the uploaded file', async () => {
    const heic = readFileSync(new URL('../fixtures/images/heic-plain.heic', import.meta.url));
    const bmp = bmpFile({ width: 1, height: 1, bits: 24, data: bmpLines([[0, 0, 255]]) });
    const psd = psdFile({
      width: 2,
      height: 1,
      mode: 3,
      planes: [
        [200, 0],
        [0, 200],
        [0, 0],
      ],
      compression: 1,
    });
    const { job } = await upload([
      { name: 'IMG_0001.HEIC', type: 'image/heic', bytes: heic },
      { name: 'scan.bmp', type: 'image/bmp', bytes: bmp },
      { name: 'layers.psd', type: 'image/vnd.adobe.photoshop', bytes: psd },
      { name: 'logo.ai', type: 'application/pdf', bytes: await onePagePdf() },
    ]);
    expect(job).toMatchObject({ status: 'succeeded', counts: { done: 4, errors: 0 } });
    for (const [id, original, rendition, width] of [
      ['IMG_0001', 'image/heic', 'image/jpeg', 48],
      ['scan', 'image/bmp', 'image/png', 1],
      ['layers', 'image/vnd.adobe.photoshop', 'image/jpeg', 2],
      ['logo', 'application/pdf', 'image/png', 3_000],
    ] as const) {
      const asset = await find(id);
      expect(asset).toMatchObject({ mimeType: rendition, originalType: original, width });
      expect(asset).not.toHaveProperty('originalVersionId');
      const { status, headers } = await test.deliver(`${asset.urls.image}?fmt=png`);
      expect([status, headers['content-type']]).toEqual([200, 'image/png']);
    }
  });
});

describe('names', () => {
  const names: readonly (readonly [name: string, id: string])[] = [
    ['two words.png', 'two words'],
    ['Grüße aus Köln.png', 'Grüße aus Köln'],
    // Decomposed characters, as in file names of macOS.
    ['cafe\u0301.png', 'caf\u00e9'],
    ['shoe+sock.png', 'shoesock'],
    ['100%25 wool.png', '10025 wool'],
    ['shoe (1).png', 'shoe (1)'],
    ['shoe #2 [red] ~!.png', 'shoe #2 [red] ~!'],
    ['靴.png', '靴'],
    ['👟.png', '👟'],
    ['v1.2.final.png', 'v1.2.final'],
    [`${'n'.repeat(200)}.png`, 'n'.repeat(200)],
    [`${'é'.repeat(200)}.png`, 'é'.repeat(200)],
  ];

  it('survive upload, publishing, delivery and invalidation', async () => {
    const first = await upload(await Promise.all(names.map(([name]) => picture(name, '#c00', 32))));
    expect(first.job.counts).toMatchObject({ total: names.length, done: names.length, errors: 0 });

    const widthOf = async (url: string) => {
      const { status, bytes } = await test.deliver(`${url}?fmt=png`);
      expect(status, url).toBe(200);
      return bytes;
    };
    const before = new Map<string, number>();
    for (const [, id] of names) {
      const asset = await find(id);
      expect(asset.id).toBe(id);
      const url = asset.urls.image ?? '';
      expect(url).toContain(`/is/image/${company}/${encodeURIComponent(id)}`);
      before.set(id, await widthOf(url));
    }

    await upload(await Promise.all(names.map(([name]) => picture(name, '#00c', 256))));
    for (const [, id] of names) {
      const asset = await find(id);
      expect(asset).toMatchObject({ version: 2, publications: { 'image-serving': { version: 2 } } });
      // The edge keeps its copies for ten hours.
      expect(await widthOf(asset.urls.image ?? ''), id).toBe(before.get(id));
    }

    await test.as('admin').call('invalidateCdn', { body: { assetIds: names.map(([, id]) => id) } });
    for (const [, id] of names) {
      const url = (await find(id)).urls.image ?? '';
      await vi.waitFor(async () => expect(await widthOf(url), id).not.toBe(before.get(id)), {
        timeout: 20_000,
        interval: 100,
      });
    }
  });

  it('that give no id, or a hidden file, are error entries', async () => {
    const file = await picture('x', '#000');
    const { job } = await test.presign([
      { ...file, name: '???.png' },
      { ...file, name: '.DS_Store' },
    ]);
    expect(job).toMatchObject({ status: 'completed-with-errors', counts: { errors: 2 } });
  });
});

describe('types', () => {
  const octets = 'application/octet-stream';
  const svg = Buffer.from(`${sample.svgRoot}<path d="M0 0h24v16z"/></svg>`);
  const files: readonly (readonly [file: TestFile, type: string, delivered: string | undefined])[] = [
    [{ name: 'logo.svg', type: 'image/svg+xml', bytes: svg }, 'svg', 'image/svg+xml'],
    [{ name: 'song.mp3', type: 'audio/mpeg', bytes: sample.mp3() }, 'audio', 'audio/mpeg'],
    [{ name: 'face.ttf', type: octets, bytes: sample.sfnt('\x00\x01\x00\x00') }, 'font', 'font/ttf'],
    [{ name: 'face-web.woff2', type: 'font/woff2', bytes: sample.woff('wOF2') }, 'font', 'font/woff2'],
    [
      { name: 'print.icc', type: octets, bytes: sample.iccProfile() },
      'icc-profile',
      'application/vnd.iccprofile',
    ],
    [{ name: 'bundle.zip', type: 'application/zip', bytes: sample.zip(['a.txt']) }, 'zip', 'application/zip'],
    [
      { name: 'letter.docx', type: octets, bytes: sample.zip(sample.officeNames('word')) },
      'document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [{ name: 'feed.xml', type: 'text/xml', bytes: Buffer.from('<feed/>') }, 'xml', 'application/xml'],
    [{ name: 'site.css', type: 'text/css', bytes: Buffer.from('a{}') }, 'css', 'text/css; charset=utf-8'],
    [
      { name: 'prices.csv', type: 'application/vnd.ms-excel', bytes: Buffer.from('a,ü') },
      'text',
      'text/csv; charset=utf-8',
    ],
    [
      { name: 'film-de.vtt', type: 'text/vtt', bytes: Buffer.from('WEBVTT\n') },
      'caption',
      'text/vtt; charset=utf-8',
    ],
    [{ name: 'sofa.vnt', type: octets, bytes: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]) }, 'vignette', undefined],
  ];

  it('are detected, published to their servers, and delivered with their MIME type', async () => {
    const { job } = await upload(files.map(([file]) => file));
    expect(job.counts).toMatchObject({ total: files.length, done: files.length, warnings: 0 });
    for (const [{ name, bytes }, type, delivered] of files) {
      const asset = await find(name.split('.')[0] ?? '');
      expect(asset).toMatchObject({ type, published: true, bytes: bytes.length });
      const [url] = Object.values(asset.urls);
      if (delivered === undefined) continue;
      const response = await test.deliver(url ?? '');
      expect(response, name).toMatchObject({ status: 200, bytes: bytes.length });
      expect(response.headers['content-type']).toBe(delivered);
      expect(response.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('that run in browsers are refused until an admin allows them, and scripts in SVG are never allowed', async () => {
    const page: TestFile = { name: 'landing.html', type: octets, bytes: Buffer.from('<!doctype html><p>Hi') };
    const bad: TestFile = {
      name: 'bad.svg',
      type: 'image/svg+xml',
      bytes: Buffer.from(`${sample.svgRoot}\n<script>alert(1)</script></svg>`),
    };
    expect((await upload([page])).lines).toMatchObject([
      { outcome: 'error', message: expect.stringContaining('HTML is not accepted') },
    ]);
    await set({ allowActiveContent: true });
    const { lines } = await upload([page, bad]);
    expect(lines).toMatchObject([
      { outcome: 'published', asset: 'landing' },
      {
        outcome: 'error',
        message: expect.stringMatching(/^bad\.svg: The SVG contains <script> \(line 2, column/),
      },
    ]);
    const url = Object.values((await find('landing')).urls)[0] ?? '';
    const live = await test.deliver(url);
    expect(live.status).toBe(200);
    expect(live.headers['content-security-policy']).toBe('sandbox allow-scripts');
    expect(live.headers['access-control-allow-origin']).toBe('*');

    await expect(set({ allowActiveContent: false })).rejects.toThrow('landing (html) is live');
    expect((await set({ allowActiveContent: false, confirm: 'allowActiveContent' })).withdrawn).toEqual([
      'landing',
    ]);
    expect(await find('landing')).toMatchObject({ published: false });
    // Whatever is tried now, it does not go live again.
    const publish = () => test.as('user').call('publishAsset', { params: { id: 'landing' } });
    await expect(publish()).rejects.toThrow('does not allow active content');
  });
});

describe('overwriting', () => {
  it('follows the mode of the company and logs what it did', async () => {
    await set({ overwriteMode: 'current-folder-same-extension' });
    const red = await picture('chair.png', '#c00');
    const blue = await picture('chair.png', '#00c', 40);
    expect((await upload([red], { folder: '/a/' })).lines).toMatchObject([
      { outcome: 'published', asset: 'chair', message: 'chair.png: created; published' },
    ]);
    await test
      .as('user')
      .call('editMetadata', { params: { id: 'chair' }, body: { title: 'A chair', keywords: ['oak'] } });
    expect((await upload([blue], { folder: '/a/' })).lines).toMatchObject([
      { asset: 'chair', message: 'chair.png: overwritten, now version 2; published' },
    ]);
    expect(await find('chair')).toMatchObject({
      title: 'A chair',
      keywords: ['oak'],
      bytes: blue.bytes.length,
    });

    expect((await upload([red], { folder: '/b/' })).lines).toMatchObject([
      { asset: 'chair-1', message: 'chair.png: renamed to chair-1, because chair is in /a/; published' },
    ]);
    expect(await find('chair-1')).toMatchObject({ folder: '/b/', fileName: 'chair-1.png', published: true });

    await set({ overwriteMode: 'any-folder-same-extension' });
    expect((await upload([red], { folder: '/b/' })).lines).toMatchObject([
      { asset: 'chair', message: 'chair.png: overwritten, now version 3, moved from /a/ to /b/; published' },
    ]);
    expect((await upload([red], { overwrite: false })).lines).toMatchObject([
      { outcome: 'skipped', asset: 'chair', message: expect.stringContaining('a duplicate') },
    ]);
    expect(await find('chair')).toMatchObject({ version: 3, folder: '/b/' });

    expect((await upload([{ ...red, name: 'Chair.png' }])).lines).toMatchObject([
      { outcome: 'warning', asset: 'Chair', message: expect.stringContaining('only by case from chair') },
    ]);
  });

  it('gives each of many concurrent uploads of one name its own version', async () => {
    await set({ overwriteMode: 'current-folder-same-extension' });
    const folders = Array.from({ length: 6 }, (_, index) => `/race-${index}/`);
    const results = await Promise.all(
      folders.map(async (folder, index) =>
        upload([await picture('race.png', '#0c0', 20 + index)], { folder }),
      ),
    );
    const ids = results.map(({ lines }) => lines[0]?.asset);
    expect([...ids].sort()).toEqual(['race', 'race-1', 'race-2', 'race-3', 'race-4', 'race-5']);
    for (const [index, id] of ids.entries()) {
      const asset = await find(id ?? '');
      expect(asset).toMatchObject({ folder: folders[index], published: true, version: 1 });
      expect((await test.deliver(asset.urls.image ?? '')).status).toBe(200);
    }
  });

  it('does not change assets in the trash', async () => {
    const file = await picture('bench.png', '#963');
    await upload([file]);
    await test.as('user').call('trashAsset', { params: { id: 'bench' } });
    expect((await upload([file])).lines).toMatchObject([
      {
        asset: 'bench-1',
        message: 'bench.png: renamed to bench-1, because bench is in the trash; published',
      },
    ]);
  });

  it('publishes the new version in derived images, and refuses another type', async () => {
    await set({ overwriteMode: 'any-folder-any-extension' });
    await upload([await picture('table.png', '#960', 32)]);
    await test.as('user').call('createDerived', {
      params: { id: 'table' },
      body: { id: 'table-small', recipe: 'wid=16', publish: true },
    });
    const before = await find('table-small');
    const larger = await picture('table.png', '#069', 64);
    expect((await upload([larger])).lines).toMatchObject([{ outcome: 'published', asset: 'table' }]);
    expect(await find('table-small')).toMatchObject({
      version: before.version + 1,
      bytes: larger.bytes.length,
      publications: { 'image-serving': { version: before.version + 1 } },
    });
    const letter = { name: 'table.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF\n') };
    expect((await upload([letter])).lines).toMatchObject([
      { asset: 'table-1', message: expect.stringContaining('only an image can replace it') },
    ]);
  });

  it('keeps or drops the publish state as the upload requests', async () => {
    await set({ overwriteMode: 'any-folder-any-extension' });
    const file = await picture('stool.png', '#ccc');
    await upload([file]);
    await upload([file], { publishAfterUploading: false });
    expect(await find('stool')).toMatchObject({ version: 2, published: true, intent: 'live' });
    const { lines } = await upload([file], { publishAfterUploading: false, preservePublishState: false });
    expect(lines[0]?.message).toContain('overwritten, now version 3; withdrawn until it is published');
    expect(await find('stool')).toMatchObject({ version: 3, published: false, intent: 'pending' });
  });
});

describe('settings', () => {
  it('are changed by admins only, and checked', async () => {
    await expect(test.as('user').call('editSettings', { body: { timeZone: 'UTC' } })).rejects.toThrow('403');
    await expect(set({ timeZone: 'Mars/Olympus' })).rejects.toThrow('must be an IANA time zone');
    await expect(test.raw('admin', 'PATCH', '/settings', { servers: ['video'] })).rejects.toThrow(
      'servers: is not known here',
    );
    await set({ timeZone: 'Asia/Tokyo' });
    expect(await test.as('viewer').call('readSettings')).toMatchObject({ timeZone: 'Asia/Tokyo' });
    const { job } = await test.as('user').call('createUpload', {
      body: {
        files: [
          { name: 'a.exe', bytes: 1, type: 'application/x-msdownload', sha256: 'A'.repeat(43).concat('=') },
        ],
      },
    });
    const inTokyo = new Date(Date.parse(job.submitted) + 9 * 3_600_000).toISOString();
    expect(job.name).toBe(`Upload ${inTokyo.slice(0, 19).replace('T', ' ')}`);
  });
});
