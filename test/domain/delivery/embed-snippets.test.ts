import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import { embedSnippets } from '../../../domain/delivery/embed-snippets.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../../domain/delivery/plan-image.ts';
import { viewersVersion } from '../../../domain/delivery/viewers-version.ts';
import { viewers } from '../../../packages/viewers/hosting/build-viewers.ts';
import viewersPackage from '../../../packages/viewers/package.json' with { type: 'json' };

const publication = { version: 3, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/image/red' };
const asset = (more: Partial<Asset> = {}) =>
  ({
    company: 'luma',
    id: 'red shoe',
    type: 'image',
    width: 1_600,
    height: 1_200,
    altText: 'A red shoe',
    publications: { 'image-serving': publication },
    ...more,
  }) as Asset;

const snippets = (more: Partial<Asset> = {}) => embedSnippets('cdn.example', asset(more));
const htmlOf = (kind: string, more: Partial<Asset> = {}) =>
  snippets(more).find((snippet) => snippet.kind === kind)?.html ?? '';

/** The attributes of an element, decoded as a browser does. */
function attributesOf(html: string, name: string): Record<string, string> {
  const [, attributes = ''] = new RegExp(`<${name}((?: [a-z]+(?:="[^"<>]*")?)*)>`).exec(html) ?? [];
  const decode = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  return Object.fromEntries(
    [...attributes.matchAll(/ ([a-z]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
      key,
      decode(value),
    ]),
  );
}

const candidatesOf = (srcset = '') =>
  srcset.split(', ').map((candidate) => {
    const [url = '', descriptor = ''] = candidate.split(' ');
    return { url, width: Number.parseInt(descriptor, 10) };
  });

describe('the HTML of an image', () => {
  it('offers widths up to its own, with size and alternative text', () => {
    const img = attributesOf(htmlOf('img'), 'img');
    expect(img).toMatchObject({
      src: 'https://cdn.example/is/image/luma/red%20shoe?wid=1152',
      alt: 'A red shoe',
      width: '1600',
      height: '1200',
      loading: 'lazy',
    });
    expect(candidatesOf(img.srcset)).toEqual(
      [320, 480, 768, 1_152].map((width) => ({
        url: `https://cdn.example/is/image/luma/red%20shoe?wid=${width}`,
        width,
      })),
    );
  });

  it('negotiates the format in a picture, and has JPEG for browsers that know no srcset', () => {
    const html = htmlOf('picture');
    const [first] = candidatesOf(attributesOf(html, 'source').srcset);
    expect(first?.url).toBe('https://cdn.example/is/image/luma/red%20shoe?fmt=auto&wid=320');
    expect(attributesOf(html, 'img').src).toBe('https://cdn.example/is/image/luma/red%20shoe?wid=1152');
    expect(html).toMatch(/^<picture><source [^<>]*><img [^<>]*><\/picture>$/);
    // An ampersand in an attribute is escaped.
    expect(html).toContain('fmt=auto&amp;wid=320 320w');
  });

  it('keeps a transparent image transparent without negotiation', () => {
    expect(attributesOf(htmlOf('img', { hasAlpha: true }), 'img').src).toContain('?fmt=png-alpha&wid=');
  });

  it('has the size of what a recipe makes', () => {
    const derived = { type: 'derived-image', recipe: 'wid=400&hei=400&fit=crop,1' } as const;
    const img = attributesOf(htmlOf('img', derived), 'img');
    expect(img).toMatchObject({ width: '400', height: '400' });
    expect(candidatesOf(img.srcset).map(({ width }) => width)).toEqual([320]);
  });

  it('is never enlarged, and is within the budget of every format that it can get', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.boolean(),
        (width, height, hasAlpha) => {
          const formats = hasAlpha ? ['avif-alpha', 'webp-alpha', 'png-alpha'] : ['avif', 'webp', 'jpeg'];
          for (const one of candidatesOf(
            attributesOf(htmlOf('img', { width, height, hasAlpha }), 'img').srcset,
          )) {
            expect(one.width).toBeLessThanOrEqual(width);
            if (height / width > 15) continue;
            for (const format of formats) {
              const { reply } = planImage(
                { width, height },
                parseImageCommand(`wid=${one.width}&fmt=${format}`),
              );
              expect(reply.width).toBe(one.width);
            }
          }
        },
      ),
    );
  });

  it.each([
    ['the alternative text', { altText: 'Alt', title: 'Title' }, 'Alt'],
    ['else the title', { altText: undefined, title: 'Title' }, 'Title'],
    ['else none', { altText: undefined, title: undefined }, ''],
  ])('has as its alternative text %s', (_, more, alt) => {
    expect(attributesOf(htmlOf('img', more as Partial<Asset>), 'img').alt).toBe(alt);
  });

  it('cannot be left by any text or id', () => {
    const hostile = `"><script>alert('1')</script><img onerror=x & &quot; ' `;
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostile), fc.string({ unit: 'binary' })), (text) => {
        const altText = text.toWellFormed();
        for (const kind of ['img', 'picture'] as const) {
          const html = htmlOf(kind, { altText, id: altText });
          expect(attributesOf(html, 'img').alt).toBe(altText);
          expect(html.match(/</g)).toHaveLength(kind === 'img' ? 1 : 4);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the HTML of other files', () => {
  it.each([
    [
      'svg',
      'img',
      '<img src="https://cdn.example/is/content/luma/red%20shoe" alt="A red shoe" width="1600" height="1200" loading="lazy">',
    ],
    [
      'animated-gif',
      'img',
      '<img src="https://cdn.example/is/content/luma/red%20shoe" alt="A red shoe" width="1600" height="1200" loading="lazy">',
    ],
    [
      'video',
      'video',
      '<video src="https://cdn.example/e2/luma/red%20shoe" controls preload="metadata" width="1600" height="1200"></video>',
    ],
  ] as const)('of type %s is <%s>', (type, kind, html) => {
    expect(snippets({ type })[0]).toMatchObject({ kind, html });
  });

  it.each(['pdf', 'font', 'audio', 'caption', 'template', 'vignette', 'html'] as const)(
    'of type %s does not exist',
    (type) => {
      expect(snippets({ type })).toEqual([]);
    },
  );
});

it.each([
  ['image', 'image-serving', true],
  ['image', 'server-directory', false],
  ['video', 'video', true],
  ['video', 'image-serving', false],
  ['spin-set', 'image-serving', true],
  ['spin-set', 'server-directory', false],
  ['adaptive-video-set', 'video', true],
] as const)('HTML for the type %s, live on %s, is marked live: %s', (type, server, live) => {
  const made = snippets({ type, publications: { [server]: publication } });
  expect(made.map((snippet) => snippet.live)).toEqual(made.map(() => live));
  expect(made.length).toBeGreaterThan(0);
});

describe('the HTML of a viewer', () => {
  it('loads the module of this version from the delivery domain', () => {
    expect(htmlOf('viewer', { type: 'spin-set', id: 'a "b" <c>' })).toBe(
      `<script type="module" src="https://cdn.example/viewers/${viewersVersion}/spin.js"></script><pressroom-spin asset="luma/a &quot;b&quot; &lt;c&gt;"></pressroom-spin>`,
    );
    expect(viewersVersion).toBe(viewersPackage.version);
  });

  it.each([
    ['derived-image', 'zoom'],
    ['swatch-set', 'image-set'],
    ['mixed-media-set', 'mixed-media'],
    ['ecatalog', 'ecatalog'],
    ['adaptive-video-set', 'video'],
  ] as const)('of type %s is the element of %s, which is built', (type, viewer) => {
    expect(htmlOf('viewer', { type })).toContain(`<pressroom-${viewer} asset=`);
    expect(viewers).toContain(viewer);
  });

  it('can be copied before the set is published', () => {
    const [unpublished] = snippets({ type: 'spin-set', publications: {} });
    expect(unpublished).toMatchObject({ kind: 'viewer', live: false });
    expect(snippets({ type: 'spin-set' })[0]?.live).toBe(true);
  });
});
