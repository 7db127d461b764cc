/**
 * The grammar of image URLs as one table. The parser, the edge's reader, the documentation and the tests are made from it. Its
 * order is the order in canonical text; the order of processing is that of plan-image.ts. Sources: the protocol's reference of each
 * command, in the documentation of Adobe Dynamic Media's Image Serving.
 */
import { type ImageFormat, imageFormats, negotiableFormats } from './image-formats.ts';
import { reqFormats, reqKindNames } from './req-kinds.ts';

/** Pixels: maximum width and height of a result. The source is the Image Serving guide. */
export const maxReplySide = 5_000;

/** Pixels: maximum area of a result, 16 megapixels. The source is `MaxRenderRgnPixels` of the protocol. */
export const maxReplyPixels = 16_000_000;

export const fitModes = ['fit', 'constrain', 'crop', 'wrap', 'stretch', 'hfit', 'vfit'] as const;
export type FitMode = (typeof fitModes)[number];

/** One argument in a command's comma-separated list. It is required if it has no `fallback`. */
export type ArgumentRule =
  | {
      readonly kind: 'whole' | 'number';
      readonly name: string;
      readonly min: number;
      readonly max: number;
      readonly fallback?: number;
      /** A word that is allowed in place of a number, in lower case. */
      readonly word?: string;
    }
  | {
      readonly kind: 'word';
      readonly name: string;
      readonly words: readonly string[];
      /** Other spellings, each with the word that it stands for. */
      readonly synonyms?: Readonly<Record<string, string>>;
      readonly fallback?: string;
    }
  /** `0` or `1`. */
  | { readonly kind: 'flag'; readonly name: string; readonly fallback?: boolean }
  /** `rrggbb`, `rrggbbaa` or `0xrrggbb`, each in hexadecimal digits, or `r,g,b[,a]` from 0 to 255 if it is the only argument. */
  | { readonly kind: 'colour'; readonly name: string; readonly fallback?: string }
  /** An image, or a request for one: source-reference.ts. */
  | { readonly kind: 'source'; readonly name: string }
  /** `comp`, or the number of a layer. */
  | { readonly kind: 'layer'; readonly name: string }
  /** Any text; case matters. It may be empty. It is the only argument. */
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly maxLength: number;
      readonly pattern?: RegExp;
      /** What a text is that the pattern matches. */
      readonly right?: string;
      readonly fallback?: string;
    }
  /** A whole number of up to so many digits. Other values are ignored. */
  | { readonly kind: 'digits'; readonly name: string; readonly maxDigits: number; readonly fallback: string };

const upscale = { kind: 'flag', name: 'upscale', fallback: false } as const;
const side = { kind: 'whole', name: 'pixels', min: 1, max: maxReplySide } as const;
/** Coordinates and sizes of a source, whose sides are at most 65,535 (JPEG) or longer where the format allows it. */
const farthest = 1_000_000;
const place = <const Name extends string>(name: Name) =>
  ({ kind: 'whole', name, min: -farthest, max: farthest }) as const;
const extent = <const Name extends string>(name: Name) =>
  ({ kind: 'whole', name, min: 1, max: farthest }) as const;
const percent = <const Name extends string>(name: Name, min: number) =>
  ({ kind: 'whole', name, min, max: 100 }) as const;
/** In shares of the image's width or height. Ten times the image is farther than any picture needs. */
const share = <const Name extends string>(name: Name, min = -10) =>
  ({ kind: 'number', name, min, max: 10 }) as const;
const leastShare = 0.000_001;
const margin = <const Name extends string>(name: Name) =>
  ({ kind: 'whole', name, min: -farthest, max: maxReplySide, fallback: 0 }) as const;

const shareWithDefault = <const Name extends string>(name: Name) =>
  ({ ...share(name), fallback: 0 }) as const;

/** The highest number of a layer. */
export const maxLayerNumber = 99;
const cacheWords = ['on', 'off', 'validate', 'update'] as const;

export const imageCommands = {
  layer: [{ kind: 'layer', name: 'number' }],
  src: [{ kind: 'source', name: 'image' }],
  mask: [{ kind: 'source', name: 'image' }],
  color: [{ kind: 'colour', name: 'colour' }],
  text: [{ kind: 'text', name: 'text', maxLength: 500 }],
  font: [{ kind: 'source', name: 'font' }],
  fontSize: [
    { kind: 'number', name: 'pixels', min: 1, max: 2_000 },
    { kind: 'number', name: 'leading', min: 0, max: 5_000, fallback: 0 },
  ],
  textAlign: [{ kind: 'word', name: 'side', words: ['left', 'center', 'right'] }],
  crop: [place('x'), place('y'), extent('width'), extent('height')],
  cropN: [share('x'), share('y'), share('width', leastShare), share('height', leastShare)],
  size: [
    { kind: 'whole', name: 'width', min: 0, max: maxReplySide },
    { kind: 'whole', name: 'height', min: 0, max: maxReplySide, fallback: 0 },
  ],
  sizeN: [share('width', 0), { ...share('height', 0), fallback: 0 }],
  scale: [{ kind: 'number', name: 'factor', min: 0.001, max: 100 }],
  res: [{ kind: 'number', name: 'resolution', min: 0.1, max: 10_000 }],
  flip: [{ kind: 'word', name: 'sides', words: ['lr', 'ud', 'lrud'] }],
  rotate: [{ kind: 'number', name: 'degrees', min: -360, max: 360 }],
  extend: [margin('left'), margin('top'), margin('right'), margin('bottom')],
  extendN: [
    shareWithDefault('left'),
    shareWithDefault('top'),
    shareWithDefault('right'),
    shareWithDefault('bottom'),
  ],
  bgColor: [{ kind: 'colour', name: 'colour' }],
  anchor: [place('x'), place('y')],
  anchorN: [share('x'), shareWithDefault('y')],
  origin: [place('x'), place('y')],
  originN: [share('x'), shareWithDefault('y')],
  pos: [place('x'), { ...place('y'), fallback: 0 }],
  posN: [share('x'), shareWithDefault('y')],
  opac: [percent('percent', 0)],
  blendMode: [
    { kind: 'word', name: 'mode', words: ['norm', 'dissolve', 'lighten', 'darken', 'mult', 'screen'] },
  ],
  hide: [{ kind: 'flag', name: 'hidden' }],
  op_brightness: [percent('percent', -100)],
  op_contrast: [percent('percent', -100)],
  op_saturation: [percent('percent', -100)],
  op_blur: [{ kind: 'number', name: 'pixels', min: 0, max: 100 }],
  op_colorize: [
    { kind: 'colour', name: 'colour' },
    { kind: 'word', name: 'mode', words: ['norm', 'off'], fallback: 'norm' },
    { kind: 'whole', name: 'contrast', min: 0, max: 100, fallback: 0 },
  ],
  rgn: [place('x'), place('y'), extent('width'), extent('height')],
  scl: [{ kind: 'number', name: 'divisor', min: 0.001, max: 1_000 }],
  wid: [side],
  hei: [side],
  fit: [{ kind: 'word', name: 'mode', words: fitModes }, upscale],
  align: [
    { kind: 'number', name: 'x', min: -1, max: 1 },
    { kind: 'number', name: 'y', min: -1, max: 1, fallback: 0 },
  ],
  dpr: [
    { kind: 'word', name: 'state', words: ['on', 'off'] },
    { kind: 'number', name: 'ratio', min: 0.1, max: 10, fallback: 1 },
  ],
  network: [
    { kind: 'word', name: 'state', words: ['on', 'off'] },
    // Written by the edge.
    { kind: 'word', name: 'connection', words: ['slow'], fallback: '' },
  ],
  resMode: [
    {
      kind: 'word',
      name: 'kernel',
      words: ['bilin', 'bicub', 'sharp2', 'bisharp'],
      synonyms: { sharp: 'sharp2' },
    },
  ],
  bgc: [{ kind: 'colour', name: 'colour' }],
  op_sharpen: [{ kind: 'flag', name: 'on' }],
  op_usm: [
    { kind: 'number', name: 'amount', min: 0, max: 5 },
    { kind: 'number', name: 'radius', min: 0, max: 250, fallback: 1 },
    { kind: 'whole', name: 'threshold', min: 0, max: 255, fallback: 0 },
    { kind: 'flag', name: 'mono', fallback: false },
  ],
  rect: [
    { kind: 'whole', name: 'x', min: 0, max: farthest },
    { kind: 'whole', name: 'y', min: 0, max: farthest },
    { kind: 'whole', name: 'width', min: 1, max: maxReplySide },
    { kind: 'whole', name: 'height', min: 1, max: maxReplySide },
  ],
  fmt: [
    {
      kind: 'word',
      name: 'format',
      words: [...(Object.keys(imageFormats) as ImageFormat[]), 'auto'],
      synonyms: { jpg: 'jpeg' },
      fallback: 'jpeg',
    },
    // The row of each format lists those that it has; the first one is its default. For `auto` the edge writes here what the visitor
    // accepts.
    { kind: 'word', name: 'pixelType', words: ['rgb', 'gray', 'cmyk', ...negotiableFormats], fallback: '' },
    {
      kind: 'word',
      name: 'compression',
      words: ['none', 'lossy', 'lossless', 'lzw', 'zip', 'jpeg'],
      fallback: '',
    },
  ],
  // The reference names no default. 80,0 is the value of the guide's sample preset.
  qlt: [
    { kind: 'whole', name: 'quality', min: 1, max: 100, fallback: 80, word: 'auto' },
    { kind: 'flag', name: 'chroma', fallback: false },
  ],
  jpegSize: [{ kind: 'whole', name: 'kilobytes', min: 0, max: 16_000 }],
  quantize: [
    { kind: 'word', name: 'palette', words: ['adaptive', 'web', 'mac'], fallback: 'adaptive' },
    { kind: 'word', name: 'dither', words: ['diffuse', 'off'], fallback: 'diffuse' },
    { kind: 'whole', name: 'colours', min: 2, max: 256, fallback: 256 },
  ],
  iccEmbed: [{ kind: 'flag', name: 'on' }],
  xmpEmbed: [{ kind: 'flag', name: 'on' }],
  bfc: [
    { kind: 'word', name: 'state', words: ['on', 'off'] },
    // Written by the edge.
    { kind: 'word', name: 'accepted', words: negotiableFormats, fallback: '' },
  ],
  req: [
    { kind: 'word', name: 'kind', words: reqKindNames },
    // The kind has a list of its formats; the first one is its default.
    { kind: 'word', name: 'format', words: reqFormats, synonyms: { jsonp: 'json' }, fallback: '' },
    { kind: 'word', name: 'encoding', words: ['utf-8'], fallback: 'utf-8' },
  ],
  // The name is written into a script, so it can be nothing but a name.
  handler: [
    {
      kind: 'text',
      name: 'name',
      maxLength: 60,
      pattern: /^[A-Za-z_]\w*$/,
      right: 'a name of letters, digits and underscores that does not begin with a digit',
    },
  ],
  // An id of 200 characters, with the company's name before it.
  defaultImage: [{ kind: 'text', name: 'id', maxLength: 264 }],
  cache: [
    { kind: 'word', name: 'client', words: cacheWords },
    { kind: 'word', name: 'server', words: cacheWords, fallback: 'on' },
  ],
  // Each value costs a further image and a further place in the cache, so that texts are not taken.
  id: [{ kind: 'digits', name: 'number', maxDigits: 12, fallback: '' }],
} as const satisfies Record<string, readonly ArgumentRule[]>;

export type CommandName = keyof typeof imageCommands;

/** Commands of a layer. Without a layer (`layer=comp`) they are those of layer 0. */
export const layerCommands = [
  'src',
  'mask',
  'color',
  'text',
  'font',
  'fontSize',
  'textAlign',
  'crop',
  'cropN',
  'size',
  'sizeN',
  'scale',
  'res',
  'flip',
  'rotate',
  'extend',
  'extendN',
  'bgColor',
  'anchor',
  'anchorN',
  'origin',
  'originN',
  'pos',
  'posN',
  'opac',
  'blendMode',
  'hide',
] as const satisfies readonly CommandName[];

/** Commands of a layer that without a layer are those of the whole composite. */
export const effectCommands = [
  'op_brightness',
  'op_contrast',
  'op_saturation',
  'op_blur',
  'op_colorize',
] as const satisfies readonly CommandName[];

/** Commands of a result, which have no effect in a nested request. */
export const outputCommands = [
  'network',
  'bgc',
  'fmt',
  'qlt',
  'jpegSize',
  'quantize',
  'bfc',
  'req',
  'handler',
  'defaultImage',
  'cache',
  'id',
] as const satisfies readonly CommandName[];

/** Values that mean the same as no command. The others mean something even where they are a default. */
export const withoutEffect: Readonly<Partial<Record<CommandName, string>>> = {
  scale: '1',
  textAlign: 'left',
  rotate: '0',
  pos: '0',
  posN: '0',
  anchorN: '0',
  opac: '100',
  blendMode: 'norm',
  hide: '0',
  extend: '0',
  extendN: '0',
  op_brightness: '0',
  op_contrast: '0',
  op_saturation: '0',
  op_blur: '0',
  fit: 'fit,1',
  dpr: 'off',
  network: 'off',
  fmt: 'jpeg',
  quantize: 'adaptive',
  op_sharpen: '0',
  op_usm: '0',
  jpegSize: '0',
  iccEmbed: '0',
  xmpEmbed: '0',
  bfc: 'off',
  cache: 'on',
  req: 'img',
};

export const commandNames = Object.keys(imageCommands) as CommandName[];
