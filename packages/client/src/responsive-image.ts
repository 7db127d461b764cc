import { type ImageCommands, imageUrl } from './image-url.ts';

export interface ResponsiveOptions {
  /** Widths in pixels that the browser chooses from. The default suits phones to large screens. */
  readonly widths?: readonly number[];
  /** How wide the image is on the page, as of the attribute `sizes`. `100vw` unless given. */
  readonly sizes?: string;
  /** Where the delivery domain is, such as `https://cdn.example.com`. */
  readonly base?: string;
}

export interface ResponsiveImage {
  /** For browsers without `srcset`: the largest width up to 1,200 pixels. */
  readonly src: string;
  readonly srcset: string;
  readonly sizes: string;
}

/** A choice of `<picture>` for some screens, such as a tighter crop on phones. */
export interface PictureSource {
  /** Media query, such as `(max-width: 600px)`. */
  readonly media: string;
  readonly commands: ImageCommands;
  readonly widths?: readonly number[];
  readonly sizes?: string;
}

export interface PictureOptions extends ResponsiveOptions {
  /** Alternative text; empty for decoration. */
  readonly alt: string;
  /** Pixels, in any scale: browsers keep the place of the image free by their ratio. */
  readonly width?: number;
  readonly height?: number;
  /** Loads the image at once, for the largest one at the top of a page. Others are loaded when they come into view. */
  readonly eager?: boolean;
  /** The first one that matches is shown in place of the image. */
  readonly sources?: readonly PictureSource[];
}

/** Each about 1.5 times as wide as the one before. */
const defaultWidths = [320, 480, 768, 1_152, 1_728, 2_560];

const maxUsualWidth = 1_200;

/**
 * The attributes of a responsive `<img>`. Add `fmt: 'auto'` for the best format that a browser accepts.
 * @param image `company/id`
 * @param commands without `wid`; with `hei`, the height is given for the first width and grows with it
 * @throws RangeError without widths
 */
export function responsiveImage(
  image: string,
  commands: Omit<ImageCommands, 'wid'> = {},
  { widths = defaultWidths, sizes = '100vw', base }: ResponsiveOptions = {},
): ResponsiveImage {
  const sorted = [...new Set(widths)].sort((one, other) => one - other);
  const [first] = sorted;
  if (first === undefined) throw new RangeError('widths is empty; give at least one width in pixels');
  const usual = sorted.filter((width) => width <= maxUsualWidth).at(-1) ?? first;
  const { hei, ...others } = commands;
  const height = typeof hei === 'object' ? hei[0] : hei;
  const urlOf = (width: number) => {
    const size = {
      wid: width,
      ...(height === undefined ? {} : { hei: Math.round((height * width) / first) }),
    };
    return imageUrl(image, { ...others, ...size }, base);
  };
  return {
    src: urlOf(usual),
    srcset: sorted.map((width) => `${urlOf(width)} ${width}w`).join(', '),
    sizes,
  };
}

/** HTML of a `<picture>`, or of an `<img>` if there are no sources. All values are escaped. */
export function pictureHtml(
  image: string,
  commands: Omit<ImageCommands, 'wid'>,
  { alt, width, height, eager = false, sources = [], ...responsive }: PictureOptions,
): string {
  const img = element('img', {
    ...responsiveImage(image, commands, responsive),
    alt,
    width,
    height,
    ...(eager ? { fetchpriority: 'high' } : { loading: 'lazy' }),
  });
  if (sources.length === 0) return img;
  const chosen = sources.map(({ media, commands: own, ...options }) => {
    const { srcset, sizes } = responsiveImage(image, own, { ...responsive, ...options });
    return element('source', { media, srcset, sizes });
  });
  return `<picture>${chosen.join('')}${img}</picture>`;
}

function element(name: string, attributes: Readonly<Record<string, string | number | undefined>>): string {
  const written = Object.entries(attributes).map(([attribute, value]) =>
    value === undefined ? '' : ` ${attribute}="${escaped(String(value))}"`,
  );
  return `<${name}${written.join('')}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
