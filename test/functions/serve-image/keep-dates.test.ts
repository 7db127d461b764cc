/** Images, layers, sets and replies whose time ends: what is over is not there, and nothing lasts longer than what it shows. */
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { FoundOriginObject } from '../../../adapters/s3/origin-object.ts';
import { imageCacheControl } from '../../../domain/delivery/cache-control.ts';
import { productImageSettings } from '../../../domain/delivery/image-settings.ts';
import { printSetRecord } from '../../../domain/sets/set-record.ts';
import { serveImage } from '../../../functions/serve-image/serve-image.ts';

type Stored = Partial<FoundOriginObject> & { readonly body?: string };

const end = Date.parse('2026-12-24T18:00:00Z');
const photo: Stored = { type: 'image', version: 3, width: 1_500, height: 1_000, alpha: false };
const ending: Stored = { ...photo, liveUntil: end };

function objects(): Record<string, Stored> {
  return {
    'Co/image/red': photo,
    'Co/image/santa': ending,
    'Co/image/soon': { ...photo, liveUntil: end - 1_800_000 },
    'Co/set/views': {
      type: 'image-set',
      version: 7,
      body: printSetRecord({ type: 'image-set', members: [{ id: 'red' }, { id: 'santa' }] }),
    },
    'Co/set/mixed': {
      type: 'mixed-media-set',
      version: 1,
      body: printSetRecord({ type: 'mixed-media-set', members: [{ id: 'red' }, { id: 'views' }] }),
    },
  };
}

async function ask(
  path: string,
  secondsLeft: number,
  { method = 'GET', ifNoneMatch = '', defaultImage = null as string | null } = {},
) {
  const [id = '', query = ''] = path.split('?');
  const stored = objects();
  const now = end - secondsLeft * 1_000;
  const find = (key: string) => {
    const { body: _body, ...object } = stored[key] ?? {};
    return stored[key] && { etag: '"e"', lastModified: new Date(0), bytes: 3, ...object };
  };
  const discard = vi.fn();
  const openObject = async (key: string) => {
    const object = find(key);
    return object && { ...object, read: async () => Buffer.from(stored[key]?.body ?? ''), discard };
  };
  const response = await serveImage(
    {
      rawPath: `/is/image/Co/${id}`,
      rawQueryString: query,
      headers: ifNoneMatch === '' ? {} : { 'if-none-match': ifNoneMatch },
      requestContext: { requestId: 'r', http: { method } },
    } as unknown as LambdaFunctionURLEvent,
    {
      openObject,
      openVideoObject: async () => undefined,
      findObject: async (server, key) => (server === 'video' ? undefined : find(key)),
      transform: async () => ({ body: new Uint8Array([1]), format: 'jpeg' }),
      readImages: async () => ({
        presets: [{ name: 'large', commands: 'wid=1200', version: 1, modified: '', modifiedBy: '' }],
        settings: { ...productImageSettings, version: 1, modified: '', modifiedBy: '', defaultImage },
      }),
      readReduction: async () => undefined,
      makePlaceholder: async () => ({ thumbHash: 'bWFkZQ==', dominantColour: '#00ff00' }),
      remainingTime: () => 20_000,
      now: () => new Date(now),
      report: (error) => {
        throw error;
      },
    },
  );
  const { 'cache-control': cacheControl = '', etag = '' } = response.headers;
  return { status: response.status, cacheControl, etag, text: Buffer.from(response.body).toString() };
}

/** Whatever shows `santa`. */
const addresses = [
  'santa',
  'santa?wid=400&fmt=png',
  'santa?id=3',
  'santa?$large$',
  'santa?cache=off',
  'santa?req=tmb',
  'santa?req=props',
  'santa?req=imageprops',
  'santa?req=exists',
  'santa?req=userdata',
  'santa?req=lqip',
  'santa?req=set,json',
  'views?req=set,json',
  'views?req=imageset',
  'mixed?req=set,json2',
  'red?layer=1&src=santa',
  'red?layer=1&src=is%7Bsanta%3Fwid%3D3%7D',
  'red?mask=santa',
];

describe('an image whose time ends', () => {
  it('has the lifetimes of every image while there is time', async () => {
    expect((await ask('santa', 200_000)).cacheControl).toBe(imageCacheControl());
    expect((await ask('santa?id=3', 31_536_000 + 86_400)).cacheControl).toBe(
      'public, max-age=31536000, immutable, stale-if-error=86400',
    );
  });

  it.each([
    ['santa', 'public, max-age=240, s-maxage=240, stale-while-revalidate=60, stale-if-error=60'],
    ['santa?id=3', 'public, max-age=300, immutable, stale-if-error=0'],
    [
      'red?layer=1&src=santa',
      'public, max-age=240, s-maxage=240, stale-while-revalidate=60, stale-if-error=60',
    ],
    ['santa?req=imageprops', 'public, max-age=0, s-maxage=300'],
    ['views?req=set,json', 'public, max-age=0, s-maxage=300'],
  ])('has what is left at %s, five minutes before its end', async (address, cacheControl) => {
    expect((await ask(address, 300)).cacheControl).toBe(cacheControl);
    const { etag } = await ask(address, 300);
    const again = await ask(address, 120, { ifNoneMatch: etag });
    expect(again.status).toBe(304);
    expect(again.cacheControl).toMatch(/=(60|120)\b/);
    expect((await ask(address, 300, { method: 'HEAD' })).cacheControl).toBe(cacheControl);
  });

  it('is never kept beyond its end, at no address and at no moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...addresses),
        // Dates have milliseconds.
        fc.integer({ min: 1, max: 500_000_000 }),
        async (address, milliseconds) => {
          const left = milliseconds / 1_000;
          const { status, cacheControl } = await ask(address, left);
          expect(status).toBe(200);
          const seconds = (name: string) =>
            Number(new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(cacheControl)?.[1] ?? 0);
          const stale = Math.max(seconds('stale-while-revalidate'), seconds('stale-if-error'));
          const fresh = Math.max(seconds('max-age'), seconds('s-maxage'));
          expect(fresh + stale).toBeLessThanOrEqual(left);
        },
      ),
    );
  });

  it.each(['santa', 'santa?id=3', 'santa?req=props', 'santa?req=imageprops', 'santa?req=set,json'])(
    'is not there from its end on: %s',
    async (address) => {
      for (const left of [0, -0.001, -86_400]) {
        const { status, cacheControl } = await ask(address, left);
        expect([status, cacheControl]).toEqual([404, 'public, max-age=0, s-maxage=5']);
      }
    },
  );

  it('does not appear in layers and sets from its end on', async () => {
    expect((await ask('red?layer=1&src=santa', 0)).status).toBe(404);
    expect((await ask('views?req=set,json', 300)).text).toContain('Co/santa');
    for (const address of ['views?req=set,json', 'views?req=imageset', 'mixed?req=set,json2']) {
      const { status, text } = await ask(address, 0);
      expect(status).toBe(200);
      expect(text).toContain('Co/red');
      expect(text).not.toContain('santa');
    }
    expect((await ask('santa?req=exists', 0)).text).toContain('catalogRecord.exists=0');
  });

  it('gives way to the default image from its end on, which can have an end of its own', async () => {
    const after = await ask('santa', 0, { defaultImage: 'red' });
    expect([after.status, after.cacheControl]).toEqual([404, 'public, max-age=0, s-maxage=5']);
    const both = await ask('gone', 1_803, { defaultImage: 'soon' });
    expect(both.cacheControl).toBe('public, max-age=0, s-maxage=3');
    expect((await ask('gone', 1_800, { defaultImage: 'soon' })).cacheControl).toBe(
      'public, max-age=0, s-maxage=5',
    );
  });

  it('ends a response with several images at the first end', async () => {
    expect((await ask('santa?layer=1&src=soon', 1_800 + 40)).cacheControl).toBe(
      'public, max-age=20, s-maxage=20, stale-while-revalidate=20, stale-if-error=20',
    );
  });
});
