import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import type { CompanyImages } from '../../../adapters/s3/image-settings.ts';
import type { OpenedOriginObject } from '../../../adapters/s3/origin-object.ts';
import { chooseFormat } from '../../../domain/delivery/choose-format.ts';
import { productImageSettings, type SavedImageSettings } from '../../../domain/delivery/image-settings.ts';
import { planImage } from '../../../domain/delivery/plan-image.ts';
import { Failure } from '../../../domain/failure.ts';
import { type ServeImageDependencies, serveImage } from '../../../functions/serve-image/serve-image.ts';

const source = new Uint8Array([1, 2, 3]);
const presets = [
  {
    name: 'Large',
    commands: 'wid=1200&fmt=auto',
    version: 3,
    modified: '2026-11-24T08:30:00.000Z',
    modifiedBy: 'anna',
  },
  {
    name: 'framed',
    commands: 'extend=10&bgColor=$colour$',
    version: 1,
    modified: '2026-11-24T08:30:00.000Z',
    modifiedBy: 'anna',
  },
];
const saving = {
  name: 'saving',
  commands: 'network=on',
  version: 1,
  modified: '2026-11-24T08:30:00.000Z',
  modifiedBy: 'anna',
};
const picture = new Uint8Array([9, 8, 7, 6]);
const savedSettings: SavedImageSettings = {
  ...productImageSettings,
  version: 1,
  modified: '2026-11-24T08:30:00.000Z',
  modifiedBy: 'anna',
};

function object(overrides: Partial<OpenedOriginObject> = {}) {
  return {
    etag: '"5d41402abc4b2a76b9719d911017c592"',
    lastModified: new Date('2026-11-24T08:30:00Z'),
    bytes: 3,
    read: vi.fn(async () => source),
    discard: vi.fn(),
    ...overrides,
  };
}

function dependencies(overrides: Partial<ServeImageDependencies> = {}) {
  const usual = {
    openObject: vi.fn(
      async (_key: string, _milliseconds: number): Promise<OpenedOriginObject | undefined> => object(),
    ),
    transform: vi.fn(async (...[, { fmt }]: Parameters<ServeImageDependencies['transform']>) => ({
      body: picture,
      format: chooseFormat(fmt, false).format,
    })),
    readReduction: vi.fn(async (): Promise<Uint8Array | undefined> => undefined),
    readImages: vi.fn(async (): Promise<CompanyImages> => ({ presets: [...presets, saving] })),
    openVideoObject: vi.fn(async () => undefined),
    findObject: vi.fn(async () => undefined),
    makePlaceholder: vi.fn(async () => ({ thumbHash: 'aGFzaA==', dominantColour: '#c80a0a' })),
    now: () => new Date('2026-11-24T09:00:00Z'),
    remainingTime: () => 20_000,
    report: vi.fn(),
  };
  return Object.assign(usual, overrides);
}

function ask(
  path: string,
  query = '',
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return {
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: { requestId: 'request-1', http: { method } },
  } as unknown as LambdaFunctionURLEvent;
}

const usualCaching = 'public, max-age=600, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400';

const problemOf = ({ body }: { body: Uint8Array }) => JSON.parse(Buffer.from(body).toString());

const readByEverySite = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

/** The edge keeps it for five seconds, browsers do not. With `no-store` CloudFront would not keep a 404. */
const notFoundCaching = 'public, max-age=0, s-maxage=5';

describe('serve-image', () => {
  it.each([
    // A command before a preset can be replaced by it; one after it replaces that of the preset.
    ['wid=40&$large$', { wid: 1_200 }],
    ['$LARGE$&wid=40', { wid: 40 }],
    [
      '$colour=ff0000&$framed$',
      { bgColor: { r: 255, g: 0, b: 0, alpha: 1 }, extend: { left: 10, top: 0, right: 0, bottom: 0 } },
    ],
    ['$large$&accepted=avif', { fmt: expect.objectContaining({ choice: { accepted: 'avif', by: 'fmt' } }) }],
    [
      '$large$&accepted=avif,slow',
      { fmt: expect.objectContaining({ choice: { accepted: 'avif', by: 'fmt' } }) },
    ],
    ['$saving$&accepted=avif,slow', { network: { state: 'on', connection: 'slow' } }],
    ['$saving$&accepted=slow', { network: { state: 'on', connection: 'slow' } }],
  ])('makes what ?%s means with the presets of the company', async (query, command) => {
    const uses = dependencies();
    const { status, headers } = await serveImage(ask('/is/image/luma/red', query), uses);
    expect(status).toBe(200);
    expect(uses.transform.mock.calls[0]?.[1]).toMatchObject(command);
    expect(uses.readImages).toHaveBeenCalledWith('luma', 19_000);
    // Flushing the preset removes it.
    expect(headers['x-amz-meta-cache-tag']).toMatch(/^luma\/red,luma\/,luma\/\$(large|framed|saving)\$$/);
  });

  it.each([
    // [modifiers, query, command, cache tags]
    [
      { modifier: 'wid=300&qlt=60' },
      'wid=40',
      { wid: 40, qlt: expect.objectContaining({ quality: 60 }) },
      '',
    ],
    [{ postModifier: 'wid=300' }, 'wid=40', { wid: 300 }, ''],
    [{ postModifier: '$large$' }, 'wid=40', { wid: 1_200 }, ',luma/$large$'],
    [{ modifier: '$large$' }, 'wid=40', { wid: 40 }, ',luma/$large$'],
    [{ postModifier: '$large$' }, '$saving$&accepted=slow', { wid: 1_200 }, ',luma/$saving$,luma/$large$'],
  ])('makes an image with the modifiers %o and ?%s', async (modifiers, query, command, tags) => {
    const uses = dependencies({ openObject: async () => object({ version: 7, ...modifiers }) });
    const { status, headers } = await serveImage(ask('/is/image/luma/red', query), uses);
    expect(status).toBe(200);
    expect(uses.transform.mock.calls[0]?.[1]).toMatchObject(command);
    expect(headers['x-amz-meta-cache-tag']).toBe(`luma/red,luma/${tags}`);
  });

  it('keeps the address of a version for a year, unless its modifiers use a preset or another image', async () => {
    const cachingWith = async (postModifier: string) => {
      const openObject = async (key: string) =>
        key === 'luma/image/red' ? object({ version: 7, postModifier }) : object();
      const { headers } = await serveImage(ask('/is/image/luma/red', 'id=7'), dependencies({ openObject }));
      return headers['cache-control'];
    };
    expect(await cachingWith('op_blur=3')).toContain('immutable');
    expect(await cachingWith('$large$')).toBe(usualCaching);
    expect(await cachingWith('layer=1&src=mark')).toBe(usualCaching);
  });

  it('has another entity tag with other modifiers', async () => {
    const tagWith = async (modifiers: Partial<OpenedOriginObject>) => {
      const openObject = async () => object(modifiers);
      return (await serveImage(ask('/is/image/luma/red'), dependencies({ openObject }))).headers.etag;
    };
    const tags = [{}, { modifier: 'op_blur=3' }, { postModifier: 'op_blur=4' }].map(tagWith);
    expect(new Set(await Promise.all(tags)).size).toBe(3);
  });

  it('counts the presets of an address and of the modifiers together', async () => {
    const openObject = async () => object({ postModifier: '$large$' });
    const query = Array.from({ length: 10 }, (_, index) => `$p${index}$`).join('&');
    const response = await serveImage(ask('/is/image/luma/red', query), dependencies({ openObject }));
    expect(response.status).toBe(400);
    expect(problemOf(response).detail).toContain('A URL can use at most 10 image presets');
  });

  it('has another entity tag after a preset was changed', async () => {
    const before = await serveImage(ask('/is/image/luma/red', '$large$'), dependencies());
    const readImages = async () => ({
      presets: presets.map((preset) => ({ ...preset, commands: 'wid=1300' })),
    });
    const after = await serveImage(ask('/is/image/luma/red', '$large$'), dependencies({ readImages }));
    expect(after.headers.etag).not.toBe(before.headers.etag);
  });

  it.each([
    ['$huge$', '$huge$: is not an image preset of this company'],
    [
      Array.from({ length: 11 }, (_, index) => `$p${index}$`).join('&'),
      'A URL can use at most 10 image presets',
    ],
  ])('refuses ?%.20s', async (query, detail) => {
    const response = await serveImage(ask('/is/image/luma/red', query), dependencies());
    expect(response).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' } });
    expect(problemOf(response)).toMatchObject({ code: 'image.invalid-argument', detail });
  });

  it('closes the object if the settings cannot be read', async () => {
    const opened = object();
    const uses = dependencies({
      openObject: async () => opened,
      readImages: async () => Promise.reject(new Failure('storage.busy', 'busy')),
    });
    expect((await serveImage(ask('/is/image/luma/red'), uses)).status).toBe(503);
    expect(opened.discard).toHaveBeenCalledOnce();
  });

  it('says that the response depends on what a browser accepts, where the format is negotiated', async () => {
    const uses = dependencies({ transform: async () => ({ body: picture, format: 'avif-alpha' }) });
    const { headers } = await serveImage(ask('/is/image/luma/red', 'wid=40&fmt=auto,avif'), uses);
    expect(headers).toMatchObject({ vary: 'Accept', 'content-type': 'image/avif' });
    const plain = await serveImage(ask('/is/image/luma/red', 'wid=40&fmt=avif'), uses);
    expect(plain.headers).not.toHaveProperty('vary');
    const saving = await serveImage(ask('/is/image/luma/red', 'fmt=auto&network=on,slow'), uses);
    expect(saving.headers).toMatchObject({ vary: 'Accept, Save-Data, ECT' });
  });

  it('redirects to an address without what the edge added for one browser', async () => {
    const uses = dependencies({ openObject: async () => object({ redirect: 'blue' }) });
    const { headers } = await serveImage(ask('/is/image/luma/red', 'wid=40&fmt=auto,avif&id=3'), uses);
    expect(headers.location).toBe('/is/image/luma/blue?wid=40&fmt=auto&id=3');
  });

  it('makes a derived image with the recipe of its object, with one read', async () => {
    const openObject = vi.fn(async () => object({ recipe: 'wid=300&fmt=png-alpha' }));
    const uses = dependencies({ openObject });
    const response = await serveImage(ask('/is/image/luma/teaser', 'wid=40'), uses);
    expect(response.headers['content-type']).toBe('image/png');
    expect(openObject).toHaveBeenCalledOnce();
    const [, command, , recipe] = uses.transform.mock.calls[0] ?? [];
    expect(command).toMatchObject({ wid: 40, fmt: { format: 'png-alpha' } });
    expect(recipe).toMatchObject({ wid: 300 });
  });

  it('gives a derived image another ETag than its parent, whose bytes it has', async () => {
    const etagOf = async (recipe?: string) => {
      const made = recipe === undefined ? object() : object({ recipe });
      const uses = dependencies({ openObject: async () => made });
      return (await serveImage(ask('/is/image/luma/x'), uses)).headers.etag;
    };
    const etags = [await etagOf(), await etagOf('wid=300'), await etagOf('wid=301')];
    expect(new Set(etags).size).toBe(3);
  });

  it('crops around the focal point that the metadata of the object have', async () => {
    const focus = { x: 0.1, y: 0.9 };
    const uses = dependencies({ openObject: async () => object({ focus }) });
    const response = await serveImage(ask('/is/image/luma/red', 'wid=40&hei=40&fit=crop'), uses);
    expect(uses.transform.mock.calls[0]?.[4]).toEqual(focus);
    const moved = dependencies({ openObject: async () => object({ focus: { x: 0.2, y: 0.9 } }) });
    const after = await serveImage(ask('/is/image/luma/red', 'wid=40&hei=40&fit=crop'), moved);
    expect(after.headers.etag).not.toBe(response.headers.etag);
  });

  it.each([
    ['qlt=auto', { qlt: { quality: 62 } }],
    ['qlt=auto&fmt=webp', { qlt: { quality: 58 } }],
    ['qlt=auto&fmt=auto,avif', { qlt: { quality: 40 } }],
    ['qlt=90', { qlt: { quality: 90 } }],
  ])('makes %s with the quality that was found for the image and the format', async (query, expected) => {
    const autoQuality = { jpeg: 62, webp: 58, avif: 40 };
    const uses = dependencies({ openObject: async () => object({ autoQuality }) });
    await serveImage(ask('/is/image/luma/red', query), uses);
    expect(uses.transform.mock.calls[0]?.[1]).toMatchObject(expected);
  });

  it('makes qlt=auto with the default quality if none was found', async () => {
    const uses = dependencies();
    await serveImage(ask('/is/image/luma/red', 'qlt=auto'), uses);
    expect(uses.transform.mock.calls[0]?.[1].qlt).toMatchObject({ quality: 80, isGiven: false });
  });

  const large = { width: 6_000, height: 4_000, reduction: { divisor: 4, name: 'r4nd0m' } };

  it('makes small results from the reduction, and reads the image no further', async () => {
    const opened = object(large);
    const reduction = new Uint8Array([5]);
    const uses = dependencies({
      openObject: async () => opened,
      readReduction: vi.fn(async () => reduction),
    });
    expect((await serveImage(ask('/is/image/luma/red', 'wid=400'), uses)).status).toBe(200);
    expect(uses.readReduction).toHaveBeenCalledWith('luma', 'r4nd0m', 19_000);
    expect(uses.transform.mock.calls[0]?.[0]).toBe(reduction);
    expect(opened.discard).toHaveBeenCalled();
    expect(opened.read).not.toHaveBeenCalled();
  });

  it('makes large results, and results of a reduction that does not exist, from the image', async () => {
    const uses = dependencies({ openObject: async () => object(large) });
    await serveImage(ask('/is/image/luma/red', 'wid=1200'), uses);
    expect(uses.readReduction).not.toHaveBeenCalled();
    await serveImage(ask('/is/image/luma/red', 'wid=400'), uses);
    expect(uses.readReduction).toHaveBeenCalledOnce();
    expect(uses.transform.mock.calls.map(([bytes]) => bytes)).toEqual([source, source]);
  });

  it('redirects a request for a former id, with its commands', async () => {
    const moved = object({ redirect: 'été (2)' });
    const uses = dependencies({ openObject: async () => moved });
    expect(await serveImage(ask('/is/image/luma/old', 'wid=40&fmt=webp'), uses)).toEqual({
      status: 301,
      headers: {
        ...readByEverySite,
        location: '/is/image/luma/%C3%A9t%C3%A9%20(2)?wid=40&fmt=webp',
        'cache-control': usualCaching,
        'x-amz-meta-cache-tag': 'luma/old,luma/',
      },
      body: new Uint8Array(),
    });
    expect((await serveImage(ask('/is/image/luma/old'), uses)).headers.location).not.toContain('?');
    expect(moved.discard).toHaveBeenCalledTimes(2);
    expect(uses.transform).not.toHaveBeenCalled();
  });

  it('responds with the image that the command makes of the one object', async () => {
    const uses = dependencies();
    const response = await serveImage(ask('/is/image/luma/caf%C3%A9', 'wid=40&fmt=webp'), uses);
    expect(response).toEqual({
      status: 200,
      headers: {
        ...readByEverySite,
        'content-type': 'image/webp',
        'content-length': '4',
        'cache-control': usualCaching,
        etag: expect.stringMatching(/^"[\w-]{27}"$/),
        'last-modified': 'Tue, 24 Nov 2026 08:30:00 GMT',
        'x-amz-meta-cache-tag': 'luma/caf%C3%A9,luma/',
      },
      body: picture,
    });
    expect(uses.openObject.mock.calls).toEqual([['luma/image/café', 19_000]]);
    expect(uses.transform.mock.calls).toEqual([
      [
        source,
        expect.objectContaining({ wid: 40, fmt: expect.objectContaining({ format: 'webp' }) }),
        19_000,
        undefined,
        undefined,
        { company: 'luma', files: new Map() },
      ],
    ]);
    expect(uses.report).not.toHaveBeenCalled();
  });

  it.each([
    ['jpeg', 'image/jpeg'],
    ['pjpeg', 'image/jpeg'],
    ['png8-alpha', 'image/png'],
    ['avif', 'image/avif'],
    ['gif-alpha', 'image/gif'],
    ['tif', 'image/tiff'],
  ])('says of %s that it is %s', async (format, type) => {
    const response = await serveImage(ask('/is/image/luma/red', `fmt=${format}`), dependencies());
    expect(response.headers['content-type']).toBe(type);
  });

  describe('with layers', () => {
    const published = new Map<string, Partial<OpenedOriginObject>>([
      ['luma/image/red', {}],
      ['luma/image/logo', { etag: '"logo"', read: async () => new Uint8Array([7]) }],
      ['luma/image/moved', { redirect: 'logo' }],
      ['luma/image/broken', { redirect: 'none' }],
      ['luma/image/teaser', { recipe: 'wid=300' }],
      ['luma/image/huge', { bytes: 150 * 1024 ** 2 }],
      ['luma/image/vast', { bytes: 150 * 1024 ** 2 }],
      ['luma/content/brand', { type: 'font', etag: '"font"' }],
      ['luma/content/heavy', { type: 'font', bytes: 21 * 1024 ** 2 }],
      ['luma/content/guide', { type: 'pdf' }],
      ['other/image/badge', { lastModified: new Date('2026-11-25T08:30:00Z') }],
      ...Array.from({ length: 17 }, (_, index) => [`luma/image/p${index}`, {}] as const),
    ]);
    const opened: ReturnType<typeof object>[] = [];
    const library = () =>
      dependencies({
        openObject: vi.fn(async (key: string) => {
          const found = published.get(key);
          if (!found) return undefined;
          const made = object(found);
          opened.push(made as ReturnType<typeof object>);
          return made;
        }),
      });

    it('reads each image once, and has the cache tags of all', async () => {
      const uses = library();
      const query =
        'layer=1&src=logo&layer=2&src=is%7Bother%2Fbadge%3Fwid%3D9%26mask%3Dmask%7D&layer=3&src=logo&mask=moved&layer=4&src=none&hide=1';
      const missing = await serveImage(ask('/is/image/luma/red', query), uses);
      expect(missing.status).toBe(404);
      expect(problemOf(missing)).toMatchObject({ detail: 'src: there is no published image other/mask' });
      expect(missing.headers['cache-control']).toBe(notFoundCaching);
      published.set('other/image/mask', {});
      const { status, headers } = await serveImage(ask('/is/image/luma/red', query), library());
      expect(status).toBe(200);
      expect(headers['x-amz-meta-cache-tag']).toBe(
        'luma/red,luma/,luma/logo,other/badge,other/,other/mask,luma/moved',
      );
      expect(headers['last-modified']).toBe('Wed, 25 Nov 2026 08:30:00 GMT');
    });

    it('hands the files and their recipes to the image server', async () => {
      const uses = library();
      await serveImage(ask('/is/image/luma/red', 'layer=1&src=logo&layer=2&src=teaser'), uses);
      expect(uses.transform.mock.calls[0]?.[5]).toEqual({
        company: 'luma',
        files: new Map([
          ['luma/logo', { bytes: new Uint8Array([7]), recipe: undefined }],
          ['luma/teaser', { bytes: source, recipe: expect.objectContaining({ wid: 300 }) }],
        ]),
      });
    });

    it('reads the font of a text, and has its cache tag', async () => {
      const uses = library();
      const { headers } = await serveImage(ask('/is/image/luma/red', 'layer=1&text=Sale&font=brand'), uses);
      expect(headers['x-amz-meta-cache-tag']).toBe('luma/red,luma/,luma/brand');
      expect(uses.transform.mock.calls[0]?.[5]?.files.has('luma/brand')).toBe(true);
    });

    it('names the presets of nested requests in its tags', async () => {
      const query = 'layer=1&src=is%7Bother%2Fbadge%3F%24framed%24%7D&$large$';
      const { status, headers } = await serveImage(ask('/is/image/luma/red', query), library());
      expect(status).toBe(400);
      expect(headers).not.toHaveProperty('etag');
      const named = `$colour=ff0000&${query}`;
      const made = await serveImage(ask('/is/image/luma/red', named), library());
      expect(made.headers['x-amz-meta-cache-tag']).toBe(
        'luma/red,luma/,other/$framed$,luma/$large$,other/badge,other/',
      );
    });

    it('has another entity tag when a layer is republished', async () => {
      const ask1 = () => serveImage(ask('/is/image/luma/red', 'layer=1&src=logo'), library());
      const before = await ask1();
      published.set('luma/image/logo', { etag: '"newer"' });
      expect((await ask1()).headers.etag).not.toBe(before.headers.etag);
    });

    it.each([
      ['layer=1&text=a&font=none', 404, 'font: there is no published font luma/none'],
      ['layer=1&text=a&font=guide', 400, 'font: luma/guide is not a font'],
      ['layer=1&text=a&font=heavy', 400, 'font: heavy has 21 MiB; at most 20 MiB are allowed for text'],
      ['layer=1&text=a&font=brand&mask=brand', 400, 'src: luma/brand is not an image'],
      ['layer=1&text=a', 400, 'layer=1: needs font: the id of a font that is published, for its text'],
      ['layer=1&src=none', 404, 'src: there is no published image luma/none'],
      ['layer=1&src=broken', 404, 'src: there is no published image luma/broken'],
      ['layer=1&opac=3', 400, 'layer=1: needs src, color or text'],
      ['layer=1&src=logo&color=ff0000', 400, 'layer=1: has src and color; a layer has only one of them'],
      [
        'layer=1&color=ff0000&size=3',
        400,
        'layer=1: needs size with width and height, or mask: a colour has no size',
      ],
      [
        'layer=1&src=huge&layer=2&src=vast',
        400,
        'The images of all layers have 300 MiB; at most 200 MiB are allowed',
      ],
      [
        Array.from({ length: 7 }, (_, index) => `layer=${index}&src=p${index}&mask=p${index + 6}`).join('&'),
        400,
        'src: the layers and nested requests use 13 images; at most 12 are allowed',
      ],
      [
        Array.from({ length: 11 }, (_, index) => `layer=${index + 1}&src=p0`).join('&'),
        400,
        'layer: an image has at most 10 layers besides layer 0; this one has 11',
      ],
    ])('refuses ?%.40s with %d', async (query, status, detail) => {
      opened.length = 0;
      const response = await serveImage(ask('/is/image/luma/red', query), library());
      expect(response.status).toBe(status);
      expect(problemOf(response).detail).toBe(detail);
      // No connection stays open.
      for (const { discard, read } of opened) {
        expect(vi.mocked(discard).mock.calls.length + vi.mocked(read).mock.calls.length).toBeGreaterThan(0);
      }
    });
  });

  describe('the ETag', () => {
    const etag = async (query: string, overrides: Partial<OpenedOriginObject> = {}) =>
      (
        await serveImage(
          ask('/is/image/luma/red', query),
          dependencies({ openObject: async () => object(overrides) }),
        )
      ).headers.etag;

    it('is the same for every spelling of a command, and for any cache buster', async () => {
      expect(await etag('HEI=3&wid=2&fmt=jpg&id=8')).toBe(await etag('wid=2&hei=3'));
    });

    it('differs for another command and for another source', async () => {
      const plain = await etag('wid=2');
      expect(await etag('wid=3')).not.toBe(plain);
      expect(await etag('wid=2', { etag: '"other"' })).not.toBe(plain);
    });

    it.each([
      (etag: string) => etag,
      (etag: string) => `W/${etag}`,
      (etag: string) => `"old", ${etag}`,
      () => '*',
    ])('that the asker holds is answered 304 with nothing read or made', async (header) => {
      const opened = object();
      const uses = dependencies({ openObject: async () => opened });
      const response = await serveImage(
        ask('/is/image/luma/red', 'wid=2', {
          headers: { 'if-none-match': header((await etag('wid=2')) ?? '') },
        }),
        uses,
      );
      expect(response).toMatchObject({
        status: 304,
        headers: { etag: await etag('wid=2'), 'cache-control': usualCaching },
        body: new Uint8Array(),
      });
      expect(opened.read).not.toHaveBeenCalled();
      expect(opened.discard).toHaveBeenCalledOnce();
      expect(uses.transform).not.toHaveBeenCalled();
    });

    it('of another image gets this image', async () => {
      const response = await serveImage(
        ask('/is/image/luma/red', 'wid=2', { headers: { 'if-none-match': (await etag('wid=3')) ?? '' } }),
        dependencies(),
      );
      expect(response.status).toBe(200);
    });
  });

  describe('HEAD', () => {
    const known = { width: 600, height: 400 };
    const both = async (query: string, overrides: Partial<OpenedOriginObject> = known) => {
      const uses = dependencies({ openObject: async () => object(overrides) });
      const head = await serveImage(ask('/is/image/luma/red', query, { method: 'HEAD' }), uses);
      expect(uses.transform).not.toHaveBeenCalled();
      return { head, get: await serveImage(ask('/is/image/luma/red', query), uses) };
    };

    it.each(['wid=2', 'fmt=png-alpha', 'fmt=auto,avif', 'fmt=png&bfc=on,webp', '$large$&accepted=webp'])(
      'of ?%s has the headers of GET but the length, and makes no image',
      async (query) => {
        const { head, get } = await both(query);
        const { 'content-length': _length, ...headers } = get.headers;
        expect(head).toEqual({ status: 200, headers, body: new Uint8Array() });
      },
    );

    it('leaves out the type where it depends on whether the image is transparent', async () => {
      const { head } = await both('fmt=auto');
      expect(head.headers).not.toHaveProperty('content-type');
    });

    it.each([
      ['fit=crop&wid=5001', known],
      ['scl=0.001', known],
      ['rgn=0,0,9,9&scl=0.001', known],
      ['scl=0.02', { ...known, recipe: 'wid=200' }],
    ])('refuses ?%s as GET does', async (query, facts) => {
      const { head } = await both(query, facts);
      expect(head.status).toBe(400);
      expect(problemOf(head).code).toBe('image.too-large');
    });

    it('of an image that is derived counts with the size that its recipe makes', async () => {
      expect((await both('scl=0.02', { ...known, recipe: 'wid=20' })).head.status).toBe(200);
    });
  });

  describe('the lifetime', () => {
    const settings = {
      ...savedSettings,
      lifetimes: { image: 7_200, defaultImage: 900, response: 120, browser: 30 },
    };
    const lifetime = async (query: string, of: CompanyImages = { presets }) => {
      const uses = dependencies({
        openObject: async () => object({ version: 7 }),
        readImages: async () => of,
      });
      return (await serveImage(ask('/is/image/luma/red', query), uses)).headers['cache-control'];
    };

    it.each([
      ['', usualCaching],
      // Only the version that is served stays what it is for ever.
      ['id=7', 'public, max-age=31536000, immutable, stale-if-error=86400'],
      ['wid=3&id=07', 'public, max-age=31536000, immutable, stale-if-error=86400'],
      ['id=6', usualCaching],
      ['id=8', usualCaching],
      ['id=70', usualCaching],
      // A preset can change.
      ['$large$&id=7', usualCaching],
      ['cache=off', 'public, max-age=0, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400'],
      [
        'cache=off&id=7',
        'public, max-age=0, s-maxage=35940, stale-while-revalidate=60, stale-if-error=86400',
      ],
      ['cache=update,off', usualCaching],
    ])('of ?%s is %s', async (query, expected) => {
      expect(await lifetime(query)).toBe(expected);
    });

    it('is that of the company', async () => {
      expect(await lifetime('', { presets, settings })).toBe(
        'public, max-age=30, s-maxage=7140, stale-while-revalidate=60, stale-if-error=86400',
      );
    });
  });

  describe('the settings of the company', () => {
    const settings: SavedImageSettings = {
      ...savedSettings,
      maxPix: { width: 2_000, height: 1_000 },
      defaultPix: { width: 400, height: 0 },
      bkgColor: '102030',
      jpegQuality: { quality: 61, fullChroma: true },
      resMode: 'bicub',
    };
    const used = async (query: string, recipe?: string, of: CompanyImages = { presets, settings }) => {
      const uses = dependencies({
        readImages: async () => of,
        openObject: async () => object(recipe === undefined ? {} : { recipe }),
      });
      const { status } = await serveImage(ask('/is/image/luma/red', query), uses);
      return { status, command: uses.transform.mock.calls[0]?.[1] };
    };
    const dark = { r: 16, g: 32, b: 48, alpha: 1 };

    // The address, then its presets, then the recipe, then the company, then the product.
    it.each([
      ['', undefined, { bgc: dark, resMode: 'bicub', qlt: { quality: 61, fullChroma: true } }],
      ['bgc=0000ff&resMode=bilin', undefined, { bgc: { r: 0, g: 0, b: 255, alpha: 1 }, resMode: 'bilin' }],
      ['qlt=90', undefined, { qlt: { quality: 90, fullChroma: false } }],
      ['$soft$', undefined, { qlt: { quality: 30 }, bgc: dark }],
      ['$soft$&qlt=31', undefined, { qlt: { quality: 31 } }],
      ['', 'wid=300&qlt=70', { qlt: { quality: 70, fullChroma: false } }],
      ['', 'wid=300', { qlt: { quality: 61, fullChroma: true } }],
      ['fmt=webp', undefined, { qlt: { quality: 61, fullChroma: false } }],
      ['fmt=jpeg,gray', undefined, { qlt: { quality: 61, fullChroma: false } }],
    ])('count in ?%s of an image with the recipe %s', async (query, recipe, command) => {
      const soft = { ...presets[0], name: 'soft', commands: 'qlt=30' } as (typeof presets)[number];
      expect(await used(query, recipe, { presets: [soft], settings })).toMatchObject({
        status: 200,
        command,
      });
    });

    it.each([
      ['', { width: 400, height: 200 }],
      ['wid=900', { width: 900, height: 450 }],
      ['wid=2000', { width: 2_000, height: 1_000 }],
      ['wid=2001', 'image.too-large'],
      ['hei=1001', 'image.too-large'],
      // The ratio is lowered as far as the limit asks.
      ['wid=1200&dpr=on,3', { width: 2_000, height: 1_000 }],
    ])('limit ?%s to %j', async (query, expected) => {
      const { command } = await used(query);
      const planned = () => command && planImage({ width: 3_000, height: 1_500 }, command).reply;
      if (typeof expected === 'string') expect(planned).toThrow(expect.objectContaining({ code: expected }));
      else expect(planned()).toEqual(expected);
    });

    it('change the entity tag if they change the picture', async () => {
      const etag = async (of: Partial<SavedImageSettings> | undefined) => {
        const images = of ? { presets, settings: { ...savedSettings, ...of } } : { presets };
        const uses = dependencies({ readImages: async () => images });
        return (await serveImage(ask('/is/image/luma/red'), uses)).headers.etag;
      };
      const plain = await etag(undefined);
      expect(await etag({})).toBe(plain);
      expect(await etag({ defaultImage: 'x', lifetimes: settings.lifetimes })).toBe(plain);
      expect(await etag({ bkgColor: '000000' })).not.toBe(plain);
    });
  });

  describe('an id without an image', () => {
    const objects = {
      'luma/image/soon': { etag: '"soon"', version: 2 },
      'luma/image/other': {},
      'luma/image/former': { redirect: 'soon' },
      'luma/content/guide': { type: 'pdf' },
    } as Record<string, Partial<OpenedOriginObject>>;
    const missing = (id: string, query: string, of: Partial<SavedImageSettings> | undefined) => {
      const uses = dependencies({
        openObject: vi.fn(async (key: string) => (objects[key] ? object(objects[key]) : undefined)),
        readImages: vi.fn(async () =>
          of ? { presets, settings: { ...savedSettings, ...of } } : { presets },
        ),
      });
      return { uses, response: serveImage(ask(`/is/image/luma/${id}`, query), uses) };
    };

    it.each([
      ['gone', '', { defaultImage: 'soon' }, 404, 's-maxage=5'],
      ['gone', '', { defaultImage: 'soon', defaultImageStatus: 200 }, 200, 's-maxage=5'],
      ['gone', 'defaultImage=other', { defaultImage: 'soon' }, 404, 's-maxage=5'],
      ['gone', 'defaultImage=luma/soon', undefined, 404, 's-maxage=5'],
      ['gone', 'defaultImage=former', undefined, 404, 's-maxage=5'],
      ['guide', '', { defaultImage: 'soon' }, 404, 's-maxage=3600'],
    ] as const)(
      '%s?%s with %j gets a default image with %i and %s',
      async (id, query, of, status, caching) => {
        const response = await missing(id, query, of).response;
        expect(response).toMatchObject({
          status,
          headers: { 'content-type': 'image/jpeg', 'cache-control': `public, max-age=0, ${caching}` },
          body: picture,
        });
        const named = query.endsWith('other') ? 'other' : 'soon';
        // It is replaced when the id is published, and when the default image is.
        expect(response.headers['x-amz-meta-cache-tag']).toBe(`luma/${id},luma/,luma/${named}`);
      },
    );

    it.each([
      ['gone', '', undefined],
      ['gone', 'defaultImage=', { defaultImage: 'soon' }],
      ['gone', '', { defaultImage: 'gone' }],
      ['gone', 'defaultImage=unknown', { defaultImage: 'soon' }],
    ] as const)('%s?%s with %j gets 404 without an image', async (id, query, of) => {
      const response = await missing(id, query, of).response;
      expect(response).toMatchObject({ status: 404, headers: { 'cache-control': notFoundCaching } });
      expect(problemOf(response).code).toBe('delivery.not-found');
    });

    it('is not replaced by an image of another company', async () => {
      const { response, uses } = missing('gone', 'defaultImage=other-company/secret', undefined);
      expect(problemOf(await response)).toMatchObject({
        status: 400,
        detail: 'defaultImage: "other-company/secret" must be the id of an image of luma',
      });
      expect(uses.openObject.mock.calls.map(([key]) => key)).toEqual([
        'luma/image/gone',
        'luma/content/gone',
      ]);
    });

    it.each([
      ['reply', { wid: 40, hei: 30, fmt: { format: 'webp' }, qlt: { quality: 9 } }, 'flip'],
      ['layer', { wid: 40, hei: 30, flip: 'lr', rotate: 90 }, undefined],
    ] as const)('has in the mode %s what the mode keeps', async (defaultImageMode, kept, left) => {
      const { response, uses } = missing('gone', 'wid=40&hei=30&fmt=webp&qlt=9&flip=lr&rotate=90&fit=crop', {
        defaultImage: 'soon',
        defaultImageMode,
      });
      await response;
      const command = uses.transform.mock.calls[0]?.[1];
      expect(command).toMatchObject(kept);
      if (left) expect(command).not.toHaveProperty(left);
    });
  });

  it.each([
    '/',
    '/is/image/luma',
    '/is/image/luma/..%2fother',
    '/is/image/luma/%zz',
    '/is/content/luma/red',
    '/luma/image/red',
  ])('answers 404 to %s and asks nothing of the storage', async (path) => {
    const uses = dependencies();
    const response = await serveImage(ask(path), uses);
    expect(response).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json', 'cache-control': notFoundCaching },
    });
    expect(problemOf(response)).toMatchObject({ code: 'delivery.not-found', requestId: 'request-1' });
    expect(uses.openObject).not.toHaveBeenCalled();
    expect(uses.report).not.toHaveBeenCalled();
  });

  it.each([
    ['an image', 'GET', '/is/image/luma/red', '', 200],
    ['a wrong command', 'GET', '/is/image/luma/red', 'wid=x', 400],
    ['a wrong method', 'POST', '/is/image/luma/red', '', 405],
    ['another address', 'GET', '/is/other/luma/red', '', 404],
  ])('lets every site read its response to %s', async (_case, method, path, query, status) => {
    const request = ask(path, query);
    request.requestContext.http.method = method;
    const response = await serveImage(request, dependencies());
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject(readByEverySite);
  });

  it('finds an asset by the decomposed letters of any script', async () => {
    const uses = dependencies();
    await serveImage(ask('/is/image/luma/%E1%AC%86%E1%AC%B5'), uses);
    expect(uses.openObject).toHaveBeenCalledWith(
      `luma/image/${'\u1b06\u1b35'.normalize('NFC')}`,
      expect.anything(),
    );
  });

  it('responds with 404 if nothing is published', async () => {
    const response = await serveImage(
      ask('/is/image/luma/red'),
      dependencies({ openObject: async () => undefined }),
    );
    expect(response.status).toBe(404);
    expect(response.headers['cache-control']).toBe(notFoundCaching);
  });

  it('responds with 400 to a wrong command, names it, and reads nothing', async () => {
    const uses = dependencies();
    const response = await serveImage(ask('/is/image/luma/red', 'wid=big&utm_source=3'), uses);
    expect(response.status).toBe(400);
    expect(problemOf(response)).toMatchObject({
      code: 'image.invalid-argument',
      errors: [{ field: 'wid', message: expect.stringContaining('"big"') }],
    });
    expect(uses.openObject).not.toHaveBeenCalled();
    expect(uses.readImages).not.toHaveBeenCalled();
    expect(uses.report).not.toHaveBeenCalled();
  });

  it.each([
    [new Failure('image.too-large', 'too large'), 400, 0],
    [new Failure('image.undecodable', 'broken'), 422, 1],
    [new Failure('image.too-slow', 'slow'), 503, 1],
    [new TypeError('a mistake of ours'), 500, 1],
  ])('answers %s with %i', async (error, status, reports) => {
    const uses = dependencies({ transform: vi.fn(async () => Promise.reject(error)) });
    const response = await serveImage(ask('/is/image/luma/red'), uses);
    expect(response.status).toBe(status);
    expect(response.headers['cache-control']).toBe(
      status === 503 ? 'public, max-age=0, s-maxage=60' : 'no-store',
    );
    expect(uses.report).toHaveBeenCalledTimes(reports);
    if (status === 500) expect(Buffer.from(response.body).toString()).not.toContain('mistake');
  });

  it('lets the edge keep the refusal of a slow image for a minute, or until it is invalidated', async () => {
    const transform = async () => Promise.reject(new Failure('image.too-slow', 'slow'));
    const { headers } = await serveImage(ask('/is/image/luma/red', 'fmt=avif'), dependencies({ transform }));
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=0, s-maxage=60',
      'retry-after': '60',
      'x-amz-meta-cache-tag': 'luma/red,luma/',
    });
  });

  it.each([
    [
      'animated-gif',
      'red is an animated GIF: it is delivered with its motion at /is/content/luma/red, and cannot be transformed',
    ],
    ['svg', 'red is a file of type svg and not an image: it is delivered at /is/content/luma/red'],
    ['pdf', 'red is a file of type pdf and not an image: it is delivered at /is/content/luma/red'],
    [undefined, 'red is a file and not an image: it is delivered at /is/content/luma/red'],
  ])('says where a file of type %s is delivered', async (type, detail) => {
    const file = object(type === undefined ? {} : { type });
    const openObject = vi.fn(async (key: string) => (key === 'luma/content/red' ? file : undefined));
    const response = await serveImage(ask('/is/image/luma/red', 'wid=40'), dependencies({ openObject }));
    expect(response.status).toBe(404);
    expect(problemOf(response)).toMatchObject({ code: 'delivery.not-found', detail });
    expect(file.discard).toHaveBeenCalledOnce();
    expect(openObject.mock.calls.map(([key]) => key)).toEqual(['luma/image/red', 'luma/content/red']);
  });

  it('responds with 503 if the storage is busy', async () => {
    const openObject = async () => Promise.reject(new Failure('storage.busy', 'busy'));
    expect((await serveImage(ask('/is/image/luma/red'), dependencies({ openObject }))).status).toBe(503);
  });

  it('accepts only GET and HEAD', async () => {
    const response = await serveImage(ask('/is/image/luma/red', '', { method: 'POST' }), dependencies());
    expect(response).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});
