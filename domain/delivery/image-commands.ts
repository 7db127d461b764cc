/**
 * The grammar of image URLs as one table: the parser, the canonical printer, the edge function, the documentation
 * and the tests come of it. The order here is the order in canonical text; it says nothing of the order of work.
 *
 * This file, image-formats.ts, read-image-query.ts, print-image-command.ts and delivery-path.ts are bundled into the
 * CloudFront Function: at most 10,240 bytes, in a language of ECMAScript 5.1 with arrow functions, `const` and
 * template literals. No classes, destructuring, spread, default arguments or `for … of` in them, and none of the
 * methods that runtime lacks (Array flat, flatMap, at; String at, normalize; Object.fromEntries; Map, Set).
 */
import { imageFormats } from './image-formats.ts';

/** Pixels. The largest reply in either direction: the maximum that the Image Serving guide names. */
export const maxReplySide = 5_000;

/** Pixels. The largest reply in all: `MaxRenderRgnPixels` of the protocol, 16 megapixels. */
export const maxReplyPixels = 16_000_000;

export const fitModes = ['fit', 'constrain', 'crop', 'wrap', 'stretch', 'hfit', 'vfit'] as const;
export type FitMode = (typeof fitModes)[number];

/** One place in a command's comma list. Without `fallback` it must be given. */
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
      /** Other spellings, and the word each means. */
      readonly synonyms?: Readonly<Record<string, string>>;
      readonly fallback?: string;
    }
  /** Everything after the `=`, commas included. */
  | { readonly kind: 'text'; readonly name: string; readonly maxLength: number; readonly fallback: string };

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
    // Which of these a format has is in its own row; the default is the first of them.
    { kind: 'word', name: 'pixelType', words: ['rgb', 'gray', 'cmyk'], fallback: '' },
    {
      kind: 'word',
      name: 'compression',
      words: ['none', 'lossy', 'lossless', 'lzw', 'zip', 'jpeg'],
      fallback: '',
    },
  ],
  // The reference is silent on the default; 80,0 is what the guide's sample preset uses.
  qlt: [{ kind: 'whole', name: 'quality', min: 1, max: 100, fallback: 80 }, flag('chroma')],
  id: [{ kind: 'text', name: 'text', maxLength: 256, fallback: '' }],
} as const satisfies Record<string, readonly ArgumentRule[]>;

export type CommandName = keyof typeof imageCommands;

export const commandNames = Object.keys(imageCommands) as CommandName[];

/** Documentation of a command. Separate from the grammar, so that the edge function's bundle does not contain it. */
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
      // Pure: otherwise the bundler keeps these texts in the edge function, whose size is limited.
      /* @__PURE__ */ [
        '- `fit`: the whole image, as large as possible, padded to exactly `wid` × `hei`',
        '- `constrain`: the same without padding, so the result may be smaller',
        '- `crop`: the image fills `wid` × `hei`, and the excess is cut off, half on each side',
        '- `wrap`: the image covers `wid` × `hei` and nothing is cut off, so the result may be larger',
        '- `stretch`: exactly `wid` × `hei`, ignoring proportions',
        '- `hfit`, `vfit`: the width (the height) sets the scale; the other dimension is cut or padded',
      ].join('\n'),
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
    summary: 'Any text: a new text gives a new address.',
    missing: 'no effect',
    details: [
      'The image server ignores `id`, but the edge caches each value separately. A page that names the version of an image, as in `id=7`, shows that version at once, even if the edge still caches the previous one.',
    ],
    example: 'id=7',
  },
};
