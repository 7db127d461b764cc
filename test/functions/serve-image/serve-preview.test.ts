/** Previews over the wire: the handler as it ships, with the real sharp, on the buckets of a memory cloud. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Handler } from '@pressroom/local-aws/lambda/load-handler';
import { awslambda, createResponseStream } from '@pressroom/local-aws/lambda/response-stream';
import type { StreamHead } from '@pressroom/local-aws/lambda/worker-protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type PreviewSettings,
  previewSettingsStore,
  withAllRevoked,
  withRevoked,
} from '../../../adapters/s3/preview-settings.ts';
import { revocationOf, signPreview } from '../../../adapters/tokens/preview-tokens.ts';
import { type Asset, assetTypes } from '../../../domain/assets/asset.ts';
import {
  type PreviewKind,
  previewPathOf,
  scopeOf,
  thumbnailSourceOf,
} from '../../../domain/delivery/preview-scope.ts';
import { reductionKey } from '../../../domain/delivery/reduction.ts';
import { maxFontBytes } from '../../../domain/delivery/text-layer.ts';
import { acceptedTypes } from '../../../domain/uploads/accepted-types.ts';
import { pixelFont } from '../../../samples/pixel-font.ts';
import { anAsset, company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { shippedFunctions } from '../../support/shipped-functions.ts';

const start = Date.parse('2026-11-24T08:30:00.000Z');
const cloud = memoryCloud({ now: () => Date.now() });
const { s3 } = cloud.clients;
const Bucket = cloudNames.MASTERS_BUCKET;
let handler: Handler;
let settings: PreviewSettings;
let previews: ReturnType<typeof previewSettingsStore>;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  vi.stubGlobal('awslambda', awslambda);
  shippedFunctions(cloud);
  handler = ((await import('../../../functions/serve-image/handler.ts')) as { handler: Handler }).handler;
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

let minutes = 0;

beforeEach(async () => {
  // Later than what the handler keeps in memory.
  minutes += 10;
  vi.setSystemTime(start + minutes * 60_000);
  cloud.clear();
  previews = previewSettingsStore(s3, Bucket, (count) => new Uint8Array(count).fill(minutes), Date.now);
  settings = await previews.ensurePreviewSettings(company);
});

const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

async function picture(width: number, height: number, background = '#cc2233') {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** An asset that is not published, with its master. */
async function unpublished(more: Partial<Asset> = {}, body?: Uint8Array): Promise<Asset> {
  const asset = {
    ...anAsset({ id: 'red', type: 'image', mimeType: 'image/png', publications: {} }),
    ...more,
  };
  const { VersionId = '' } = await s3.send(
    new PutObjectCommand({ Bucket, Key: asset.masterKey, Body: body ?? (await picture(60, 40)) }),
  );
  return { ...asset, masterVersionId: VersionId };
}

const pathOf = (asset: Asset, kind: PreviewKind, expires = inAnHour(), key = settings) => {
  const scope = scopeOf(asset, kind, expires);
  return previewPathOf(signPreview(scope, key), scope);
};

async function ask(
  rawPath: string,
  rawQueryString = '',
  headers: Record<string, string> = {},
  method = 'GET',
) {
  const heads: StreamHead[] = [];
  const chunks: Uint8Array[] = [];
  const stream = createResponseStream({
    head: (head) => heads.push(head),
    chunk: (bytes) => {
      chunks.push(bytes);
      stream.consumed(bytes.length);
    },
  });
  await handler(
    { rawPath, rawQueryString, headers, requestContext: { requestId: 'r', http: { method } } },
    stream.writable,
    { getRemainingTimeInMillis: () => 20_000 },
  );
  await stream.finished;
  const { statusCode, headers: sent } = (heads[0]?.metadata ?? {}) as {
    statusCode: number;
    headers: Record<string, string>;
  };
  const body = Buffer.concat(chunks);
  return {
    status: statusCode,
    headers: sent,
    body,
    code: () => (JSON.parse(body.toString()) as { code: string }).code,
  };
}

describe('a preview', () => {
  it('shows an unpublished image with every command, to nobody but its visitor', async () => {
    const asset = await unpublished();
    const { status, headers, body } = await ask(pathOf(asset, 'image'), 'WID=30&rotate=90&fmt=png');
    expect(status).toBe(200);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'png', width: 30, height: 45 });
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=3600',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'referrer-policy': 'no-referrer',
      'content-type': 'image/png',
      'access-control-allow-origin': '*',
    });
    expect(headers).not.toHaveProperty('x-amz-meta-cache-tag');
    expect((await ask(`/is/image/${company}/red`)).status).toBe(404);
  });

  it.each([
    ['image/avif,image/webp,*/*', 'heif'],
    ['image/webp,*/*', 'webp'],
    ['*/*', 'jpeg'],
  ])('negotiates fmt=auto for Accept: %s', async (accept, format) => {
    const { body, headers } = await ask(pathOf(await unpublished(), 'image'), 'fmt=auto', { accept });
    expect((await sharp(body).metadata()).format).toBe(format);
    expect(headers).toMatchObject({ vary: 'Accept' });
  });

  it('shows the version that it was made for, also after a newer one exists', async () => {
    const first = await unpublished({ version: 1 }, await picture(20, 10));
    const path = pathOf(first, 'image');
    await unpublished({ version: 2 }, await picture(30, 30));
    expect(await sharp((await ask(path)).body).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  it('shows what a recipe makes, saved or not', async () => {
    const asset = await unpublished({ recipe: 'wid=12&hei=12&fit=crop,1&fmt=png' });
    expect(await sharp((await ask(pathOf(asset, 'image'))).body).metadata()).toMatchObject({
      format: 'png',
      width: 12,
      height: 12,
    });
  });

  it('has a thumbnail of at most 512 pixels, whatever the query is', async () => {
    const asset = await unpublished({}, await picture(1_200, 600));
    const { status, body } = await ask(pathOf(asset, 'thumbnail'), 'wid=5000');
    expect(status).toBe(200);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'webp', width: 512, height: 256 });
    const small = await unpublished({}, await picture(40, 20));
    const own = await ask(pathOf(small, 'thumbnail'));
    expect(await sharp(own.body).metadata()).toMatchObject({ width: 40, height: 20 });
  });

  it('has the modifiers of its version, and its thumbnail has them in its own size', async () => {
    const asset = await unpublished({ modifier: 'wid=12', postModifier: 'rotate=90&hei=24' });
    const { body } = await ask(pathOf(asset, 'image'), 'wid=60&hei=9');
    expect(await sharp(body).metadata()).toMatchObject({ width: 60, height: 24 });
    const thumbnail = await ask(pathOf(asset, 'thumbnail'));
    expect(await sharp(thumbnail.body).metadata()).toMatchObject({ format: 'webp', width: 40, height: 60 });
  });

  it('is kept for a minute where a modifier uses a preset', async () => {
    const asset = await unpublished({ modifier: '$small$' });
    const Key = 'luma/settings/images.json';
    const presets = [{ name: 'small', commands: 'wid=7', version: 1, modified: '', modifiedBy: '' }];
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify({ presets }) }));
    const { body, headers } = await ask(pathOf(asset, 'image'));
    expect(headers['cache-control']).toBe('private, max-age=60');
    expect((await sharp(body).metadata()).width).toBe(7);
  });

  it('answers 304 to a browser that has it', async () => {
    const path = pathOf(await unpublished(), 'image');
    const { headers } = await ask(path);
    const again = await ask(path, '', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(again.headers['cache-control']).toBe('private, max-age=3600');
  });

  it('is kept by browsers for a minute if it uses a preset, which can change', async () => {
    const { status, headers } = await ask(pathOf(await unpublished(), 'image'), '$unknown$');
    expect([status, headers['cache-control']]).toEqual([400, 'no-store']);
  });

  it('names no image that is not published beside its own', async () => {
    const other = await unpublished({ id: 'blue', masterKey: `${company}/blue` });
    const path = pathOf(await unpublished(), 'image').replace('/red', '/blue');
    expect((await ask(path)).status).toBe(404);
    expect((await ask(pathOf(other, 'image'))).status).toBe(200);
  });

  it('of a purged version is 404', async () => {
    const asset = await unpublished();
    const response = await ask(pathOf({ ...asset, masterVersionId: 'gone' }, 'image'));
    expect([response.status, response.code()]).toEqual([404, 'delivery.not-found']);
  });

  it.each(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    expect((await ask(pathOf(await unpublished(), 'image'), '', {}, method)).status).toBe(405);
  });

  it('of HEAD has no body', async () => {
    const { status, body } = await ask(pathOf(await unpublished(), 'image'), '', {}, 'HEAD');
    expect([status, body.length]).toEqual([200, 0]);
  });
});

describe('the thumbnail of what is no image', () => {
  const thumbnailOf = async (more: Partial<Asset>, body: Uint8Array = Buffer.from('x')) => {
    const response = await ask(pathOf(await unpublished(more, body), 'thumbnail'));
    const { data, info } = await sharp(response.body).raw().toBuffer({ resolveWithObject: true });
    const { format } = await sharp(response.body).metadata();
    const colours = new Set<string>();
    for (let at = 0; at < data.length; at += info.channels)
      colours.add(data.subarray(at, at + 3).toString('hex'));
    return { ...response, format, size: [info.width, info.height], colours };
  };
  const band = { pdf: 'c92a2a', font: '495057' };
  const masters = () => cloud.calls.filter(({ input }) => JSON.stringify(input).includes('VersionId')).length;

  it.each([...assetTypes].filter((type) => thumbnailSourceOf(type) === 'card'))(
    'is a card of its own for %s, that no master is read for',
    async (type) => {
      const before = masters();
      const mimeType =
        Object.entries(acceptedTypes).find(([, accepted]) => accepted.type === type)?.[0] ?? '';
      const { status, headers, format, size, colours } = await thumbnailOf({ type, mimeType });
      expect([status, format, size]).toEqual([200, 'webp', [512, 512]]);
      expect(headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'private, max-age=3600',
        'x-robots-tag': 'noindex, nofollow, noarchive',
      });
      // The page, the sheet and its edge, the band, the name.
      expect(colours.size).toBeGreaterThan(4);
      expect(masters() - before).toBe(0);
    },
  );

  it('is a card that nothing of a hostile id or type gets into', async () => {
    const hostile = { id: '#^[](!)~`]]--', mimeType: '"/><image href="file:///etc/passwd"/>' };
    const plain = await thumbnailOf({ type: 'pdf', mimeType: 'unknown' });
    const { status, body, colours } = await thumbnailOf({ ...hostile, type: 'pdf' });
    expect(status).toBe(200);
    expect(colours).toContain(band.pdf);
    expect(body.equals(plain.body)).toBe(true);
    const inherited = await thumbnailOf({ type: 'pdf', mimeType: 'constructor' });
    expect(inherited.body.equals(plain.body)).toBe(true);
  });

  it('has no body for HEAD', async () => {
    const path = pathOf(await unpublished({ type: 'pdf', mimeType: 'application/pdf' }), 'thumbnail');
    const { status, body, headers } = await ask(path, '', {}, 'HEAD');
    expect([status, body.length, headers['content-type']]).toEqual([200, 0, 'image/webp']);
  });

  it('is the first picture of an animation, and a card if that is damaged', async () => {
    const more = { type: 'animated-gif', mimeType: 'image/gif' } as const;
    const frame = await sharp({ create: { width: 800, height: 400, channels: 3, background: '#cc2233' } })
      .gif()
      .toBuffer();
    expect((await thumbnailOf(more, frame)).size).toEqual([512, 256]);
    const damaged = await thumbnailOf(more, Buffer.from('GIF89a'));
    expect([damaged.status, damaged.size]).toEqual([200, [512, 512]]);
  });

  const font = { type: 'font', mimeType: 'font/ttf' } as const;

  it('is a specimen of a font', async () => {
    const { status, size, colours } = await thumbnailOf(font, pixelFont());
    expect([status, size]).toEqual([200, [512, 512]]);
    expect(colours).toContain('212529');
    expect(colours).not.toContain(band.font);
  });

  it('shows the letters that a font has, if it has not those of English', async () => {
    const cyrillic = pixelFont();
    const segment = cyrillic.indexOf(Buffer.from('007effff00000020', 'hex'));
    // From U+0410 the shapes of a to z.
    Buffer.from('0429ffff00000410fffffc320001', 'hex').copy(cyrillic, segment);
    const { colours } = await thumbnailOf(font, cyrillic);
    expect(colours).toContain('212529');
  });

  it.each([
    ['WOFF2', Buffer.from('wOF2 and so on')],
    ['a damaged font', pixelFont().subarray(0, 300)],
    ['a font without letters', pixelFont().fill(0, 12 + 16 * 7)],
    ['an empty file', Buffer.alloc(0)],
    ['a large font', Buffer.concat([pixelFont(), Buffer.alloc(maxFontBytes)])],
  ])('is a card for %s', async (_, bytes) => {
    const { status, colours } = await thumbnailOf(font, bytes);
    expect(status).toBe(200);
    expect(colours).toContain(band.font);
  });

  describe('of a video with a poster', () => {
    const film = {
      type: 'video',
      mimeType: 'video/mp4',
      poster: { name: 'p0ster', versionId: 'p1' },
    } as const;
    const putPoster = (Body: Uint8Array) =>
      s3.send(new PutObjectCommand({ Bucket, Key: reductionKey(company, 'p0ster'), Body }));

    it('is the poster in small, as WebP, without reading the video', async () => {
      await putPoster(
        await sharp({ create: { width: 1_280, height: 720, channels: 3, background: '#cc2233' } })
          .jpeg()
          .withExif({ IFD0: { Copyright: 'secret' } })
          .toBuffer(),
      );
      const before = masters();
      const { format, size, body } = await thumbnailOf(film);
      expect([format, size]).toEqual(['webp', [512, 288]]);
      expect((await sharp(body).metadata()).exif).toBeUndefined();
      expect(masters() - before).toBe(0);
    });

    it.each([
      ['is damaged', Buffer.from('ffd8ffe000104a464946', 'hex')],
      ['was replaced', undefined],
    ])('is a card if it %s', async (_, bytes) => {
      if (bytes) await putPoster(bytes);
      const { status, colours } = await thumbnailOf(film);
      expect(status).toBe(200);
      expect(colours).toContain('6741d9');
    });
  });

  it('of a purged font is 404', async () => {
    const asset = await unpublished(font, pixelFont());
    expect((await ask(pathOf({ ...asset, masterVersionId: 'gone' }, 'thumbnail'))).status).toBe(404);
  });
});

describe('the preview of a set', () => {
  const record = { type: 'image-set', members: [{ id: 'front', label: 'Front' }, { id: 'back' }] };
  const views = (more: Partial<Asset> = {}) =>
    unpublished(
      {
        id: 'views',
        type: 'image-set',
        masterKey: `${company}/views`,
        recipe: undefined,
        ...more,
      } as Partial<Asset>,
      Buffer.from(JSON.stringify(record)),
    );

  it('lists its members that are published, and is kept by browsers for a minute', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket: cloudNames.IMAGE_SERVING_BUCKET,
        Key: `${company}/image/front`,
        Body: await picture(4, 4),
      }),
    );
    const { status, headers, body } = await ask(pathOf(await views(), 'set'), 'req=set,json2');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('private, max-age=60');
    expect(body.toString()).toContain('front');
    expect(body.toString()).not.toContain('back');
    expect((await ask(`/is/image/${company}/views`, 'req=set,json2')).status).toBe(404);
  });

  it('is no image', async () => {
    expect((await ask(pathOf(await views(), 'set'))).status).toBe(404);
  });
});

describe('the preview of a file', () => {
  const file = Buffer.from('0123456789');
  const content = () =>
    unpublished({ id: 'film', masterKey: `${company}/film`, type: 'video', mimeType: 'video/mp4' }, file);

  it('sends it unchanged', async () => {
    const { status, headers, body } = await ask(pathOf(await content(), 'video'));
    expect(status).toBe(200);
    expect(body.toString()).toBe('0123456789');
    expect(headers).toMatchObject({ 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
  });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=0-99', '0123456789', 'bytes 0-9/10'],
  ])('sends the range %s', async (range, text, contentRange) => {
    const { status, headers, body } = await ask(pathOf(await content(), 'video'), '', { range });
    expect([status, body.toString(), headers['content-range']]).toEqual([206, text, contentRange]);
  });

  it.each(['bytes=1-2,4-5', 'items=1-2', 'bytes=x-', 'bytes=-'])('ignores the range %s', async (range) => {
    const { status, body } = await ask(pathOf(await content(), 'video'), '', { range });
    expect([status, body.length]).toEqual([200, 10]);
  });
});

describe('a token', () => {
  it('says with req= what its own asset is', async () => {
    const { status, body } = await ask(pathOf(await unpublished(), 'image'), 'req=exists');
    expect([status, body.toString()]).toEqual([200, expect.stringContaining('catalogRecord.exists=1')]);
  });

  it('opens no other kind', async () => {
    const asset = await unpublished();
    const kinds = ['image', 'content', 'video', 'thumbnail'] as const;
    for (const signed of kinds) {
      const scope = scopeOf(asset, signed, inAnHour());
      const token = signPreview(scope, settings);
      for (const asked of kinds) {
        const { status } = await ask(previewPathOf(token, { ...scope, kind: asked }));
        expect(status, `${signed} asked as ${asked}`).toBe(signed === asked ? 200 : 404);
      }
    }
  });

  it('opens nothing of another company, even of one with the same id', async () => {
    const path = pathOf(await unpublished(), 'image');
    await previewSettingsStore(s3, Bucket, (count) => new Uint8Array(count), Date.now).ensurePreviewSettings(
      'nova',
    );
    expect((await ask(path.replace(`/${company}/`, '/nova/'))).status).toBe(404);
    expect((await ask(path.replace(`/${company}/`, '/none/'))).status).toBe(404);
  });

  it('expires to the second', async () => {
    const path = pathOf(await unpublished(), 'image', Math.floor(Date.now() / 1_000) + 60);
    vi.setSystemTime(Date.now() + 59_000);
    expect((await ask(path)).headers['cache-control']).toBe('private, max-age=1');
    vi.setSystemTime(Date.now() + 1_000);
    const response = await ask(path);
    expect([response.status, response.code(), response.headers['cache-control']]).toEqual([
      410,
      'preview.ended',
      'no-store',
    ]);
    expect(response.headers).toHaveProperty('x-robots-tag');
  });

  it('fails within 60 seconds after it was revoked, and others stay', async () => {
    const asset = await unpublished();
    const [path, other] = [pathOf(asset, 'image'), pathOf(asset, 'thumbnail')];
    expect((await ask(path)).status).toBe(200);
    const token = path.split('/')[2] ?? '';
    const now = Math.floor(Date.now() / 1_000);
    await previews.changePreviewSettings(company, (current) =>
      withRevoked(current, revocationOf(token), inAnHour(), now),
    );
    vi.setSystemTime(Date.now() + 60_000);
    const response = await ask(path);
    expect([response.status, response.code()]).toEqual([410, 'preview.ended']);
    expect((await ask(other)).status).toBe(200);
  });

  it('fails within 60 seconds after all were revoked, and new ones work within 2', async () => {
    const asset = await unpublished();
    const path = pathOf(asset, 'image');
    expect((await ask(path)).status).toBe(200);
    const next = await previews.changePreviewSettings(company, (current) =>
      withAllRevoked(current, new Uint8Array(32).fill(99)),
    );
    vi.setSystemTime(Date.now() + 2_000);
    expect((await ask(pathOf(asset, 'image', inAnHour(), next))).status).toBe(200);
    // The newer key was read with the newer token.
    expect((await ask(path)).status).toBe(410);
    vi.setSystemTime(Date.now() + 60_000);
    expect((await ask(path)).status).toBe(410);
    // An old content under the new generation is not signed.
    expect((await ask(path.replace('/preview/1.', '/preview/2.'))).status).toBe(404);
  });

  it('with a generation that does not exist reads the key once a second at most', async () => {
    const path = pathOf(await unpublished(), 'image').replace('/preview/1.', '/preview/999.');
    await ask(path);
    const reads = () =>
      cloud.calls.filter(({ input }) => JSON.stringify(input).includes('preview.json')).length;
    const before = reads();
    for (let index = 0; index < 20; index += 1) expect((await ask(path)).status).toBe(404);
    expect(reads() - before).toBe(0);
  });

  it('opens nothing while its key cannot be read', async () => {
    const path = pathOf(await unpublished(), 'image');
    cloud.hook.onCall = async ({ targets }, next) => {
      if (targets.some((target) => target.endsWith('preview.json')))
        throw Object.assign(new Error('Slow down'), { name: 'SlowDown' });
      return next();
    };
    const response = await ask(path);
    cloud.hook.onCall = undefined;
    expect([response.status, response.code(), response.headers['cache-control']]).toEqual([
      503,
      'storage.busy',
      'no-store',
    ]);
    expect((await ask(path)).status).toBe(200);
  });
});

it.each([
  '/preview/',
  '/preview/x/is/image/luma/red',
  '/preview/1.e30.AAAAAAAAAAAAAAAAAAAAAA/is/image/luma/red',
  '/preview/1.e30.AAAAAAAAAAAAAAAAAAAAAA/is/image/none/red',
  '/preview/1.e30.AAAAAAAAAAAAAAAAAAAAAA/is/image/luma/..%2f..%2fsettings%2fpreview.json',
  '/preview/1.e30.AAAAAAAAAAAAAAAAAAAAAA/is/content/luma/settings/preview.json',
])('there is no preview at %s', async (path) => {
  const { status, code, headers } = await ask(path);
  expect([status, code(), headers['cache-control']]).toEqual([404, 'delivery.not-found', 'no-store']);
});
