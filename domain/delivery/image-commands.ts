/**
 * The grammar of image URLs as one table. The parser, the canonical printer, the edge function, the documentation and the
 * tests are made from it. Its order is the order in canonical text; it does not set the order of processing.
 *
 * This file, image-formats.ts, read-image-query.ts, print-image-command.ts, delivery-path.ts and compose-text.ts are bundled into the
 * CloudFront Function: at most 10,240 bytes of ECMAScript 5.1 with arrow functions, `const` and template literals. They
 * must not use classes, destructuring, spread, default arguments or `for … of`, nor methods that the runtime lacks (Array
 * flat, flatMap, at; String at, normalize; Object.fromEntries; Map, Set).
 */
import { imageFormats } from './image-formats.ts';

/** Pixels: maximum width and height of a result. The source is the Image Serving guide. */
export const maxReplySide = 5_000;

/** Pixels: maximum area of a result, 16 megapixels. The source is `MaxRenderRgnPixels` of the protocol. */
export const maxReplyPixels = 16_000_000;

export const fitModes = ['fit', 'constrain', 'crop', 'wrap', 'stretch', 'hfit', 'vfit'] as const;
export type FitMode = (typeof fitModes)[number];

/** One argument in a command's comma-separated list. It is required if it has no `fallback`. */
export type ArgumentRule =
  | {
      readonly kind: 'whole';
      readonly name: string;
      readonly min: number;
      readonly max: number;
      readonly fallback?: number;
    }
  | {
      readonly kind: 'word';
      readonly name: string;
      readonly words: readonly string[];
      /** Other spellings, each with the word that it stands for. */
      readonly synonyms?: Readonly<Record<string, string>>;
      readonly fallback?: string;
    }
  /** A whole number of up to so many digits. Other values are ignored. */
  | { readonly kind: 'digits'; readonly name: string; readonly maxDigits: number; readonly fallback: string };

const flag = (name: string): ArgumentRule => ({ kind: 'word', name, words: ['0', '1'], fallback: '0' });
const pixels: ArgumentRule = { kind: 'whole', name: 'pixels', min: 1, max: maxReplySide };

export const imageCommands = {
  wid: [pixels],
  hei: [pixels],
  fit: [{ kind: 'word', name: 'mode', words: fitModes }, flag('upscale')],
  fmt: [
    {
      kind: 'word',
      name: 'format',
      words: Object.keys(imageFormats),
      synonyms: { jpg: 'jpeg' },
      fallback: 'jpeg',
    },
    // The row of each format lists those that it has; the first one is its default.
    { kind: 'word', name: 'pixelType', words: ['rgb', 'gray', 'cmyk'], fallback: '' },
    {
      kind: 'word',
      name: 'compression',
      words: ['none', 'lossy', 'lossless', 'lzw', 'zip', 'jpeg'],
      fallback: '',
    },
  ],
  // The reference names no default. 80,0 is the value of the guide's sample preset.
  qlt: [{ kind: 'whole', name: 'quality', min: 1, max: 100, fallback: 80 }, flag('chroma')],
  // Each value costs a further image and a further place in the cache, so that texts are not taken.
  id: [{ kind: 'digits', name: 'number', maxDigits: 12, fallback: '' }],
} as const satisfies Record<string, readonly ArgumentRule[]>;

export type CommandName = keyof typeof imageCommands;

export const commandNames = Object.keys(imageCommands) as CommandName[];

/**
 * Documentation of a command. It is separate from the grammar and has no calls in it, so that esbuild leaves it out of the
 * edge function's bundle.
 */
export interface CommandText {
  readonly summary: string;
  /** What happens if a request does not have the command. */
  readonly missing: string;
  /** One paragraph or list each. */
  readonly details: readonly string[];
  readonly example: string;
}

export const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  wid: {
    summary: 'Width of the result in pixels.',
    missing: 'the width follows from `hei`, or is the width of the image',
    details: [
      'Without `hei` the result has exactly this width and the height follows, without padding; a smaller image is enlarged. With `hei` the result has exactly both sizes, and `fit` sets how the image is fitted into them.',
    ],
    example: 'wid=400',
  },
  hei: {
    summary: 'Height of the result in pixels.',
    missing: 'the height follows from `wid`, or is the height of the image',
    details: ['Like `wid`, for the height.'],
    example: 'hei=300',
  },
  fit: {
    summary: 'How the image is fitted into `wid` × `hei`.',
    missing:
      'the whole image is shown, enlarged if necessary, and padded to exactly `wid` × `hei`, as with `fit=fit,1`',
    details: [
      '- `fit`: the whole image, as large as possible, padded to exactly `wid` × `hei`\n' +
        '- `constrain`: the same without padding, so the result may be smaller\n' +
        '- `crop`: the image fills `wid` × `hei`, and the excess is cut off, half on each side\n' +
        '- `wrap`: the image covers `wid` × `hei` and nothing is cut off, so the result may be larger\n' +
        '- `stretch`: exactly `wid` × `hei`, ignoring proportions\n' +
        '- `hfit`, `vfit`: the width (the height) sets the scale; the other dimension is cut or padded',
      '`upscale` 0 (the default if `fit` is given): the image is never enlarged. If it is too small it is padded; with `constrain` the result is smaller. `upscale` 1: the image is enlarged.',
      'With only one of `wid` and `hei` all modes are equal: proportions are kept, and nothing is padded or cut. With neither of them `fit` is an error.',
    ],
    example: 'wid=400&hei=400&fit=crop',
  },
  fmt: {
    summary: 'Format of the result.',
    missing: '`jpeg,rgb,none`',
    details: [
      'Formats with `-alpha` keep transparency; in the others, transparent areas become white. `pjpeg` is progressive. `png8` and `gif` have at most 256 colours. A component always has 8 bits.',
    ],
    example: 'fmt=webp-alpha,rgb,lossless',
  },
  qlt: {
    summary: 'Quality of lossy formats, 1 to 100.',
    missing: '`80,0`',
    details: [
      '`chroma` 1 keeps colour at full resolution (4:4:4), 0 at half resolution (4:2:0). `chroma` applies only to `jpeg` and `pjpeg` in `rgb`. `qlt` applies to JPEG, lossy WebP and AVIF, and TIFF with JPEG compression. For other formats it is checked and then ignored.',
    ],
    example: 'qlt=90,1',
  },
  id: {
    summary: 'A whole number of up to 12 digits: a new number gives a new address.',
    missing: 'no effect',
    details: [
      'The image server ignores `id`, but the edge caches each value separately. A page that names the version of an image, as in `id=7`, shows that version at once, even if the edge still caches the previous one. Any other value is ignored.',
    ],
    example: 'id=7',
  },
};
