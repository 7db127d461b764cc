import type { Asset, AssetType } from '../assets/asset.ts';
import { escapeHtml } from '../escape-html.ts';
import { deliveredSize } from './delivered-size.ts';
import { deliveryKindOf, deliveryUrls, livePublication } from './delivery-urls.ts';
import { maxReplySide } from './image-commands.ts';
import type { ImageFormat } from './image-formats.ts';
import { maxPixelsOf } from './pixel-budgets.ts';
import type { Size } from './plan-size.ts';
import { viewersVersion } from './viewers-version.ts';

/** HTML that shows an asset on a page. */
export interface EmbedSnippet {
  readonly kind: 'img' | 'picture' | 'video' | 'viewer';
  readonly html: string;
  /** Whether its URLs work now. */
  readonly live: boolean;
}

/** Pixels: phones to large screens, each about 1.5 times as wide as the one before. */
const widths = [320, 480, 768, 1_152, 1_728, 2_560];

/** The width of what a browser without `srcset` loads. */
const usualWidth = 1_152;

/** Formats that the snippets can get, transparent or not: `fmt=auto`, and the formats without negotiation. */
const opaqueFormats: readonly ImageFormat[] = ['avif', 'webp', 'jpeg'];
const transparentFormats: readonly ImageFormat[] = ['avif-alpha', 'webp-alpha', 'png-alpha'];

/** The viewer of each type that has one, by its module. Its element has the same name behind `pressroom-`. */
const viewers: Readonly<Partial<Record<AssetType, string>>> = {
  image: 'zoom',
  'derived-image': 'zoom',
  'spin-set': 'spin',
  'image-set': 'image-set',
  'swatch-set': 'image-set',
  'mixed-media-set': 'mixed-media',
  ecatalog: 'ecatalog',
  video: 'video',
  'adaptive-video-set': 'video',
};

/** Types of files that browsers show with `<img>` as they are. */
const shownAsFile: readonly Asset['type'][] = ['svg', 'animated-gif'];

type EmbeddedAsset = Pick<
  Asset,
  | 'company'
  | 'id'
  | 'type'
  | 'publications'
  | 'width'
  | 'height'
  | 'hasAlpha'
  | 'recipe'
  | 'altText'
  | 'title'
>;

/**
 * Snippets of HTML for an asset: for an image `<img srcset>`, and `<picture>` whose formats are negotiated (`fmt=auto`); for
 * other files that browsers show, the element that shows them; for images and sets the viewer. The alternative text is the asset's, else its title, else
 * empty.
 * @param domain of the distribution, such as `cdn.example.com`
 */
export function embedSnippets(domain: string, asset: EmbeddedAsset): EmbedSnippet[] {
  return [...elementSnippets(domain, asset), ...viewerSnippets(domain, asset)];
}

function elementSnippets(domain: string, asset: EmbeddedAsset): EmbedSnippet[] {
  const live = livePublication(asset) !== undefined;
  const urls = deliveryUrls(domain, asset);
  const size = deliveredSize(asset);
  const about = { alt: asset.altText ?? asset.title ?? '', ...attributesOf(size) };
  switch (deliveryKindOf(asset.type)) {
    case 'image':
      return imageSnippets(urls.image ?? '', asset.hasAlpha === true, size, about).map((snippet) => ({
        ...snippet,
        live,
      }));
    case 'content':
      if (!shownAsFile.includes(asset.type)) return [];
      return [{ kind: 'img', html: element('img', { src: urls.content ?? '', ...about, ...lazy }), live }];
    case 'video':
      if (asset.type !== 'video') return [];
      return [
        {
          kind: 'video',
          html: `${element('video', { src: urls.video ?? '', controls: true, preload: 'metadata', ...attributesOf(size) })}</video>`,
          live,
        },
      ];
    case undefined:
      return [];
  }
}

function viewerSnippets(domain: string, asset: EmbeddedAsset): EmbedSnippet[] {
  const viewer = viewers[asset.type];
  if (viewer === undefined) return [];
  const script = element('script', {
    type: 'module',
    src: `https://${domain}/viewers/${viewersVersion}/${viewer}.js`,
  });
  const name = `pressroom-${viewer}`;
  const shown = element(name, { asset: `${asset.company}/${asset.id}` });
  return [
    {
      kind: 'viewer',
      html: `${script}</script>${shown}</${name}>`,
      live: asset.publications[viewer === 'video' ? 'video' : 'image-serving'] !== undefined,
    },
  ];
}

const lazy = { loading: 'lazy' };

function imageSnippets(
  url: string,
  hasAlpha: boolean,
  size: Size | undefined,
  about: Attributes,
): Omit<EmbedSnippet, 'live'>[] {
  const offered = widthsOf(size, hasAlpha);
  const usual = offered.filter((width) => width <= usualWidth).at(-1) ?? offered[0] ?? usualWidth;
  // Without negotiation a transparent image needs a format that keeps it transparent and that every browser shows.
  const plain = hasAlpha ? 'fmt=png-alpha&' : '';
  const srcset = (commands: string) =>
    offered.map((width) => `${url}?${commands}wid=${width} ${width}w`).join(', ');
  const sizes = { sizes: `(max-width: ${usual}px) 100vw, ${usual}px` };
  const img = (more: Attributes) =>
    element('img', { src: `${url}?${plain}wid=${usual}`, ...more, ...about, ...lazy });
  return [
    { kind: 'img', html: img({ srcset: srcset(plain), ...sizes }) },
    {
      kind: 'picture',
      html: `<picture>${element('source', { srcset: srcset('fmt=auto&'), ...sizes })}${img({})}</picture>`,
    },
  ];
}

/** Widths that are no enlargement and that every format can have, the image's own among them if it is small. */
function widthsOf(size: Size | undefined, hasAlpha: boolean): number[] {
  if (!size) return widths;
  const { width, height } = size;
  const maxPixels = Math.min(...(hasAlpha ? transparentFormats : opaqueFormats).map(pixelsOf));
  const fits = (wide: number) => {
    const high = (wide * height) / width;
    return wide <= width && high <= maxReplySide && wide * Math.ceil(high) <= maxPixels;
  };
  const fitting = widths.filter(fits);
  const [smallest = 0] = widths;
  return fitting.length > 0 ? fitting : [Math.min(width, smallest)];
}

function pixelsOf(format: ImageFormat): number {
  return maxPixelsOf({ format, pixelType: 'rgb', compression: 'lossy' });
}

function attributesOf(size: Size | undefined): Attributes {
  return size ? { width: String(size.width), height: String(size.height) } : {};
}

/** `true` is an attribute without a value. */
type Attributes = Readonly<Record<string, string | true>>;

function element(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).map(([attribute, value]) =>
    value === true ? ` ${attribute}` : ` ${attribute}="${escapeHtml(value)}"`,
  );
  return `<${name}${written.join('')}>`;
}
