/** `req=` through serveImage, with origins in memory. */
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoundOriginObject } from '../../../adapters/s3/origin-object.ts';
import { productImageSettings, type SavedImageSettings } from '../../../domain/delivery/image-settings.ts';
import { type ReqKind, reqKindNames, reqKinds } from '../../../domain/delivery/req-kinds.ts';
import { printSetRecord, type SetRecord } from '../../../domain/sets/set-record.ts';
import { maxLookups } from '../../../functions/serve-image/describe-set.ts';
import { type ServeImageDependencies, serveImage } from '../../../functions/serve-image/serve-image.ts';

type Stored = Partial<FoundOriginObject> & { readonly body?: string };
const photo = (version: number): Stored => ({
  type: 'image',
  version,
  width: 1_500,
  height: 1_000,
  alpha: false,
});
const setObject = (record: SetRecord, version = 7): Stored => ({
  type: record.type,
  version,
  members: record.members.length,
  body: printSetRecord(record),
});

let images: Record<string, Stored>;
let videos: Record<string, Stored>;
let settings: Partial<SavedImageSettings> | undefined;
let heads: string[];
let gets: string[];

beforeEach(() => {
  settings = undefined;
  heads = [];
  gets = [];
  images = {
    'Co/image/red': photo(3),
    'Co/image/blue': photo(1),
    'Co/image/teaser': { ...photo(2), type: 'derived-image', recipe: 'wid=300&rotate=90' },
    'Co/image/former': { redirect: 'red' },
    'Co/image/clear': { ...photo(5), alpha: true },
    'Co/image/old': { type: 'image' },
    'Co/content/guide': { type: 'pdf', version: 4 },
    'Co/set/views': setObject({
      type: 'image-set',
      members: [{ id: 'red', label: 'Front' }, { id: 'gone' }, { id: 'blue', swatch: { id: 'red' } }],
    }),
    'Co/set/all': setObject({
      type: 'mixed-media-set',
      members: [{ id: 'views' }, { id: 'film' }, { id: 'guide' }, { id: 'stream' }, { id: 'gone' }],
    }),
  };
  videos = {
    'Co/film': { type: 'video', version: 2 },
    'Co/set/stream': setObject({ type: 'adaptive-video-set', members: [{ id: 'film' }, { id: 'gone' }] }),
  };
});

function found({ body: _body, ...stored }: Stored): FoundOriginObject {
  return { etag: '"e"', lastModified: new Date('2026-11-24T08:30:00Z'), bytes: 3, ...stored };
}

function opener(origin: () => Record<string, Stored>) {
  return async (key: string) => {
    gets.push(key);
    const stored = origin()[key];
    return stored && { ...found(stored), read: async () => Buffer.from(stored.body ?? ''), discard: vi.fn() };
  };
}

const makePlaceholder = vi.fn(async () => ({ thumbHash: 'bWFkZQ==', dominantColour: '#00ff00' }));
const transform = vi.fn(async () => ({ body: new Uint8Array([1]), format: 'jpeg' as const }));

async function ask(id: string, query: string, { method = 'GET', headers = {} } = {}) {
  transform.mockClear();
  makePlaceholder.mockClear();
  const dependencies: ServeImageDependencies = {
    openObject: opener(() => images),
    openVideoObject: opener(() => videos),
    findObject: async (server, key) => {
      heads.push(key);
      const stored = (server === 'video' ? videos : images)[key];
      return stored && found(stored);
    },
    transform,
    readImages: async () => ({
      presets: [{ name: 'large', commands: 'wid=1200', version: 1, modified: '', modifiedBy: '' }],
      ...(settings && {
        settings: { ...productImageSettings, version: 1, modified: '', modifiedBy: '', ...settings },
      }),
    }),
    readReduction: async () => undefined,
    makePlaceholder,
    remainingTime: () => 20_000,
    now: () => new Date('2026-11-24T09:00:00Z'),
    report: (error) => {
      throw error;
    },
  };
  const response = await serveImage(
    {
      rawPath: `/is/image/Co/${id}`,
      rawQueryString: query,
      headers,
      requestContext: { requestId: 'r', http: { method } },
    } as unknown as LambdaFunctionURLEvent,
    dependencies,
  );
  return { ...response, text: Buffer.from(response.body).toString() };
}

const facts = async (id: string, query: string) => {
  const { text } = await ask(id, `req=${query},json2`);
  return JSON.parse(text) as Record<string, string>;
};

describe('req=exists', () => {
  it('is to the character what the protocol has', async () => {
    expect(await ask('red', 'req=exists,json')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
      text: '/*jsonp*/s7jsonResponse({"catalogRecord.exists":"1"},"");',
    });
    expect((await ask('red', 'req=exists')).text).toBe(
      '#S7Z OK\n#Tue Nov 24 09:00:00 UTC 2026\ncatalogRecord.exists=1\n',
    );
  });

  it.each([
    ['red', '1'],
    ['former', '1'],
    ['views', '1'],
    ['guide', '1'],
    ['film', '1'],
    ['stream', '1'],
    ['gone', '0'],
  ])('of %s says %s', async (id, expected) => {
    expect(await facts(id, 'exists')).toEqual({ 'catalogRecord.exists': expected });
  });

  it('says the same, byte for byte, of every id that is not published, and soon says otherwise', async () => {
    const [never, other] = [await ask('gone', 'req=exists'), await ask('another', 'req=exists')];
    expect(never.text).toBe(other.text);
    expect(never.headers['cache-control']).toBe('public, max-age=0, s-maxage=5');
  });

  it('of an image costs one HEAD and no GET', async () => {
    await ask('red', 'req=exists');
    expect({ heads, gets }).toEqual({ heads: ['Co/image/red'], gets: [] });
  });
});

describe('req=props', () => {
  it.each([
    ['red', 'wid=300', { 'image.width': '300', 'image.height': '200', 'image.type': 'image/jpeg' }],
    ['red', '$large$', { 'image.width': '1200', 'image.version': '3', 'metadata.version': '3' }],
    ['red', 'wid=30&fmt=png-alpha', { 'image.mask': '1', 'image.type': 'image/png' }],
    ['red', 'fmt=jpeg,gray&qlt=35', { 'image.pixTyp': 'BW', 'image.quality': '35', 'image.mask': '0' }],
    ['red', 'bgc=ff8800&wid=9&hei=9', { 'image.bgc': 'ff8800', 'image.width': '9', 'image.height': '9' }],
    ['clear', 'fmt=auto', { 'image.type': 'image/png', 'image.mask': '1' }],
    ['clear', 'fmt=auto,avif', { 'image.type': 'image/avif' }],
    ['teaser', '', { 'image.width': '300', 'image.height': '450' }],
  ])('of %s?%s has %j, and no image is made', async (id, query, expected) => {
    const { text } = await ask(id, `${query}&req=props,json2`);
    expect(JSON.parse(text)).toMatchObject({ 'image.length': '0', ...expected });
    expect(transform).not.toHaveBeenCalled();
  });

  it('refuses what the image would be refused for', async () => {
    expect((await ask('red', 'wid=6000&req=props')).status).toBe(400);
    expect((await ask('red', 'scl=0.01&req=props')).status).toBe(400);
    expect((await ask('red', 'wid=none&req=props')).status).toBe(400);
  });

  it('leaves out the size of an object that was published without it', async () => {
    const known = await facts('old', 'props');
    expect(known).toMatchObject({ 'image.type': 'image/jpeg' });
    expect(known).not.toHaveProperty('image.width');
  });
});

it('req=imageprops has the facts of the stored image, without reading it', async () => {
  expect(await facts('teaser', 'imageprops')).toEqual({
    'image.anchor': '150,225',
    'image.expiration': '10',
    'image.height': '450',
    'image.iccProfile': 'sRGB',
    'image.modifier': 'wid=300&rotate=90',
    'image.pixTyp': 'RGB',
    'image.postModifier': '',
    'image.printRes': '72',
    'image.thumbType': '2',
    'image.timeStamp': '2026-11-24T08:30:00.000Z',
    'image.translatedId': 'Co/teaser',
    'image.version': '2',
    'image.width': '300',
    'metadata.version': '2',
  });
  expect(await facts('clear', 'imageprops')).toMatchObject({ 'image.mask': '1' });
  expect(await facts('former', 'imageprops')).toMatchObject({ 'image.translatedId': 'Co/red' });
  expect(gets).toEqual([]);
});

it('req=catalogprops has the settings of the company by their names in the protocol', async () => {
  expect(await facts('any', 'catalogprops')).toEqual({
    'catalog.bkgColor': 'ffffff',
    'catalog.defaultExpiration': '1',
    'catalog.defaultPix': '0,0',
    'catalog.defaultThumbPix': '100,100',
    'catalog.expiration': '10',
    'catalog.jpegQuality': '80,0',
    'catalog.maxPix': '5000,5000',
    'catalog.nonImgExpiration': '0.1',
    'catalog.resMode': 'sharp2',
    'catalog.thumbBkgColor': 'ffffff',
    'catalog.thumbHorizAlign': '2',
    'catalog.thumbType': '2',
    'catalog.thumbVertAlign': '2',
  });
  settings = { bkgColor: '000000', lifetimes: { ...productImageSettings.lifetimes, image: 5_400 } };
  expect(await facts('any', 'catalogprops')).toMatchObject({
    'catalog.bkgColor': '000000',
    'catalog.expiration': '1.5',
  });
});

it.each([
  [
    'red',
    {
      'userdata.type': 'image',
      'userdata.version': '3',
      'userdata.width': '1500',
      'userdata.height': '1000',
    },
  ],
  ['views', { 'userdata.type': 'image-set', 'userdata.version': '7', 'userdata.members': '3' }],
])('req=userdata of %s has what is public anyway, and nothing else', async (id, expected) => {
  expect(await facts(id, 'userdata')).toEqual(expected);
});

describe('req=set', () => {
  it('lists the live members with size and version, and leaves out the others', async () => {
    const { text, headers } = await ask('views', 'req=set,json&id=7&handler=show');
    expect(text).toBe(
      '/*jsonp*/show({"set":{"pv":"1.0","type":"img_set","n":"Co/views","iv":"7","item":[' +
        '{"i":{"n":"Co/red","l":"Front"},"s":{"n":"Co/red"},"dx":"1500","dy":"1000","iv":"3"},' +
        '{"i":{"n":"Co/blue"},"s":{"n":"Co/red"},"dx":"1500","dy":"1000","iv":"1"}]}},"7");',
    );
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=0, s-maxage=360',
      'x-amz-meta-cache-tag': 'Co/views,Co/',
    });
    expect(gets).toEqual(['Co/set/views']);
    expect(heads).toEqual(['Co/set/views', 'Co/image/red', 'Co/image/gone', 'Co/image/blue']);
  });

  it('can be asked for by a variable beside a preset', async () => {
    expect((await ask('views', '$large$&$what=set&req=$what$,json2')).text).toContain('"image-set"');
  });

  it('is XML without a format', async () => {
    expect((await ask('views', 'req=set')).text).toMatch(/^<\?xml [^>]+>\n<set pv="1.0" type="img_set"/);
  });

  it('shows the sets in a mixed media set with their members', async () => {
    const { text } = await ask('all', 'req=set,json2');
    expect(JSON.parse(text)).toMatchObject({
      type: 'mixed-media-set',
      items: [
        { id: 'views', type: 'image-set', items: [{ id: 'red' }, { id: 'blue' }] },
        { id: 'film', type: 'video', url: '/e2/Co/film?id=2' },
        { id: 'guide', type: 'pdf', url: '/is/content/Co/guide?id=4' },
        { id: 'stream', type: 'adaptive-video-set', items: [{ id: 'film' }] },
      ],
    });
  });

  it.each([
    [
      'red',
      '{"set":{"pv":"1.0","type":"img","n":"Co/red","iv":"3","item":{"i":{"n":"Co/red"},"s":{"n":"Co/red"},"dx":"1500","dy":"1000","iv":"3"}}}',
    ],
    [
      'film',
      '{"set":{"pv":"1.0","type":"video","n":"Co/film","iv":"2","item":{"v":{"n":"Co/film"},"iv":"2"}}}',
    ],
  ])('of %s, which is no set, is a set of it', async (id, expected) => {
    expect((await ask(id, 'req=set,json')).text).toBe(`/*jsonp*/s7jsonResponse(${expected},"");`);
  });

  it('looks up a limited number of members, and lists the other images without facts', async () => {
    const members = Array.from({ length: maxLookups + 10 }, (_, index) => ({ id: `frame-${index}` }));
    for (const { id } of members) images[`Co/image/${id}`] = photo(1);
    images['Co/set/turn'] = setObject({ type: 'spin-set', members });
    const { items } = JSON.parse((await ask('turn', 'req=set,json2')).text) as {
      items: { version?: number }[];
    };
    expect(items).toHaveLength(maxLookups + 10);
    expect(items.filter(({ version }) => version === undefined)).toHaveLength(10);
    expect(heads.length).toBeLessThanOrEqual(maxLookups + 1);
  });

  it('asks once for an asset that a set has several times', async () => {
    images['Co/set/turn'] = setObject({ type: 'spin-set', members: Array(20).fill({ id: 'red' }) });
    await ask('turn', 'req=set,json');
    expect(heads).toEqual(['Co/set/turn', 'Co/image/red']);
  });
});

it.each([
  ['views', 'Co/red,Co/blue;Co/red\r\n'],
  ['red', '\r\n'],
  ['gone', '\r\n'],
  ['stream', 'Co/film\r\n'],
])('req=imageset of %s is %j', async (id, text) => {
  expect(await ask(id, 'req=imageset')).toMatchObject({ status: 200, text });
});

it.each([
  ['stream', 'req=mbrSet', '/e2/Co/film?id=2\n'],
  ['film', 'req=mbrSet', '/e2/Co/film?id=2\n'],
  ['stream', 'req=mbrSet,json2', '{"videos":[{"id":"film","url":"/e2/Co/film?id=2"}]}'],
  [
    'stream',
    'req=mbrSet,xml',
    '<?xml version="1.0" encoding="UTF-8"?>\n<mbrSet><video n="film" url="/e2/Co/film?id=2"/></mbrSet>\n',
  ],
])('%s?%s lists the live videos', async (id, query, text) => {
  expect(await ask(id, query)).toMatchObject({ status: 200, text });
});

describe('req=lqip', () => {
  it('has what ingest recorded, without reading the image', async () => {
    images['Co/image/new'] = { ...photo(1), thumbHash: 'aGFzaA==', dominantColour: '#c80a0a' };
    expect(await facts('new', 'lqip')).toEqual({
      'image.dominantColour': '#c80a0a',
      'image.height': '1000',
      'image.thumbHash': 'aGFzaA==',
      'image.width': '1500',
    });
    expect(gets).toEqual([]);
    expect(makePlaceholder).not.toHaveBeenCalled();
  });

  it('is made of an image that was ingested without one, and of what a recipe makes', async () => {
    expect(await facts('red', 'lqip')).toMatchObject({ 'image.thumbHash': 'bWFkZQ==' });
    // The object of a derived image has the facts of its parent.
    Object.assign(images['Co/image/teaser'] ?? {}, { thumbHash: 'aGFzaA==', dominantColour: '#c80a0a' });
    expect(await facts('teaser', 'lqip')).toMatchObject({
      'image.thumbHash': 'bWFkZQ==',
      'image.width': '300',
    });
    expect((makePlaceholder.mock.calls as unknown[][])[0]?.[2]).toMatchObject({ wid: 300, rotate: 90 });
  });

  it('does not depend on image commands', async () => {
    const [plain, sized] = [await ask('red', 'req=lqip,json2'), await ask('red', 'wid=3&req=lqip,json2')];
    expect(sized.text).toBe(plain.text);
  });
});

describe('req=validate', () => {
  it.each([
    ['wid=300&fmt=webp', { 'request.isValid': '1' }],
    ['wid=300&utm_source=x&amp;Width=3', { 'request.isValid': '1', 'request.unknown': 'utm_source,Width' }],
    [
      'wid=0&fmt=bmp',
      { 'request.isValid': '0', 'request.problems': expect.stringMatching(/^wid: .*; fmt: /) },
    ],
    ['$large$&hei=3', { 'request.isValid': '1' }],
    [
      '$huge$',
      { 'request.isValid': '0', 'request.problems': '$huge$: is not an image preset of this company' },
    ],
  ])('of ?%s says %j', async (query, expected) => {
    const { text, headers } = await ask('gone', `${query}&req=validate,json2`);
    expect(JSON.parse(text)).toEqual(expected);
    expect(headers['cache-control']).toBe('no-store');
    expect({ heads, gets }).toEqual({ heads: [], gets: [] });
  });
});

it('req=resolve writes out presets, variables and the settings of the company', async () => {
  settings = { bkgColor: '102030', jpegQuality: { quality: 70, fullChroma: true } };
  expect(await ask('red', '$large$&$x=30&hei=$x$&qlt=9&req=resolve')).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
    text: '/is/image/Co/red?wid=1200&hei=30&resMode=sharp2&bgc=102030&qlt=9\n',
  });
  expect((await ask('red', 'wid=x&req=resolve')).status).toBe(400);
});

describe('req=tmb', () => {
  it.each([
    ['', {}, { wid: 100, hei: 100, fit: { mode: 'fit', upscale: true }, align: { x: 0, y: 0 } }],
    ['wid=40&hei=30', {}, { wid: 40, hei: 30 }],
    [
      '',
      {
        width: 200,
        height: 50,
        type: 'crop',
        bkgColor: '102030',
        horizontalAlign: 'right',
        verticalAlign: 'top',
      },
      {
        wid: 200,
        hei: 50,
        fit: { mode: 'crop', upscale: true },
        align: { x: 1, y: -1 },
        bgc: { r: 16, g: 32, b: 48, alpha: 1 },
      },
    ],
    ['bgc=ffffff', { bkgColor: '102030' }, { bgc: { r: 255, g: 255, b: 255, alpha: 1 } }],
    ['scl=3', { type: 'texture' }, { wid: 100, hei: 100, scl: 1 }],
  ] as const)('?%s with %j is made with %j', async (query, thumbnail, expected) => {
    settings = { thumbnail: { ...productImageSettings.thumbnail, ...thumbnail } };
    const { status, headers } = await ask('red', `${query}&req=tmb`);
    expect(status).toBe(200);
    expect(headers['cache-control']).toContain('s-maxage=35940');
    expect((transform.mock.calls as unknown[][])[0]?.[1]).toMatchObject(expected);
  });

  it('has the default image, and no fit', async () => {
    settings = { defaultImage: 'blue' };
    expect((await ask('gone', 'req=tmb')).headers['content-type']).toBe('image/jpeg');
    expect((transform.mock.calls as unknown[][])[0]?.[1]).toMatchObject({ wid: 100, hei: 100 });
    expect((await ask('red', 'wid=3&fit=crop&req=tmb')).status).toBe(400);
  });
});

it.each(['mask', 'props', 'imageprops', 'userdata', 'lqip', 'set', 'mbrset'] as const)(
  'req=%s of an id without an asset is 404 for five seconds, without the default image',
  async (kind) => {
    settings = { defaultImage: 'blue' };
    const { status, headers, text } = await ask('gone', `req=${kind}`);
    expect({ status, caching: headers['cache-control'] }).toEqual({
      status: 404,
      caching: 'public, max-age=0, s-maxage=5',
    });
    expect(JSON.parse(text)).toMatchObject({ code: 'delivery.not-found' });
  },
);

describe('a response', () => {
  const asked: Partial<Record<ReqKind, string>> = { set: 'views', imageset: 'views', mbrset: 'stream' };
  const cached = reqKindNames.filter((kind) => reqKinds[kind].length > 0 && !/validate|resolve/.test(kind));

  it.each(cached)(
    'to req=%s is kept for six minutes by the edge, or as long as the company says',
    async (kind) => {
      const id = asked[kind] ?? 'red';
      expect((await ask(id, `req=${kind}`)).headers['cache-control']).toBe('public, max-age=0, s-maxage=360');
      settings = { lifetimes: { ...productImageSettings.lifetimes, response: 120 } };
      expect((await ask(id, `req=${kind}`)).headers['cache-control']).toBe('public, max-age=0, s-maxage=120');
    },
  );

  it('is 304 for a client that has it, whatever the time', async () => {
    const { headers } = await ask('red', 'req=imageprops');
    const again = await ask('red', 'req=imageprops', { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect((await ask('blue', 'req=imageprops')).headers.etag).not.toBe(headers.etag);
  });

  it('to HEAD has the headers of GET', async () => {
    const get = await ask('views', 'req=set,json');
    const head = await ask('views', 'req=set,json', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, headers: get.headers, text: '' });
  });

  it.each([
    'alert(1)//',
    'a;alert(1)',
    'a%0Aalert(1)',
    'a.b',
    'a[0]',
    '9a',
    '',
    '%3C/script%3E',
    'caf%C3%A9',
    'a\u2028b',
    'x'.repeat(61),
  ])('is refused for the handler %j', async (handler) => {
    const { status, text } = await ask('red', `req=exists,json&handler=${handler}`);
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0].field).toBe('handler');
  });

  it.each(['show', 'jQuery3600_17', '_a'])('is given to the handler %s', async (handler) => {
    const { text } = await ask('red', `req=exists,json&handler=${handler}`);
    expect(text).toBe(`/*jsonp*/${handler}({"catalogRecord.exists":"1"},"");`);
  });

  it.each([
    ['req=bogus', 'kind is "bogus"; it must be img, tmb,'],
    ['req=set,text', 'set has no text; it has the formats xml, json or json2'],
    ['req=tmb,json', 'tmb has no json; it is an image, whose format is fmt'],
    ['req=props,json,latin1', 'encoding is "latin1"; it must be utf-8'],
  ])('to ?%s is refused: %s', async (query, message) => {
    const { status, text } = await ask('red', query);
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0]).toEqual({ field: 'req', message: expect.stringContaining(message) });
  });
});
