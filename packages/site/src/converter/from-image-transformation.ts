import { hexOf } from './colour.ts';
import { alignOf, focalPointNote } from './compass.ts';
import {
  type ConvertedUrl,
  deliveryPathOf,
  folderNote,
  formatOfExtension,
  idOfFile,
} from './converted-url.ts';

/**
 * Rules for AWS Dynamic Image Transformation (formerly Serverless Image Handler): JSON in base64, paths in Thumbor's style,
 * and query parameters. Source of their meaning:
 * https://docs.aws.amazon.com/solutions/latest/dynamic-image-transformation-for-amazon-cloudfront/
 */
type Command = readonly [name: string, value: string];
type Values = Readonly<Record<string, unknown>>;

const product = 'AWS Dynamic Image Transformation';

/** sharp's names of the ways to fit an image into a box. */
const fits: Readonly<Record<string, string>> = {
  cover: 'crop',
  contain: 'fit',
  fill: 'stretch',
  inside: 'constrain',
  outside: 'wrap',
};

const formats: Readonly<Record<string, string>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  png: 'png-alpha',
  webp: 'webp-alpha',
  avif: 'avif-alpha',
  gif: 'gif-alpha',
  tiff: 'tif',
};

/** What the three forms have in common: sharp's edits of one image. */
interface Request {
  readonly key: string;
  readonly edits: Values;
  readonly notes: readonly string[];
}

/** Translates a request of any of the three forms. */
export function fromImageTransformation(url: URL, company = 'company'): ConvertedUrl | undefined {
  const request = readEncoded(url) ?? readPath(url);
  if (request === undefined) return undefined;
  const { id, extension, folder } = idOfFile(request.key);
  const { commands, notes } = convertEdits({ ...request.edits, ...queryEdits(url.searchParams) });
  const format = formatOfExtension(extension);
  const complete: Command[] =
    commands.some(([name]) => name === 'fmt') || format === '' ? commands : [...commands, ['fmt', format]];
  return {
    from: product,
    path: deliveryPathOf({ company, id: encodeURIComponent(decodeSafely(id)), commands: complete }),
    notes: [...new Set([...request.notes, ...folderNote(folder), ...notes])],
  };
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readEncoded(url: URL): Request | undefined {
  const text = url.pathname.slice(1);
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(text)) return undefined;
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const json = new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    const {
      key,
      edits = {},
      outputFormat,
    } = JSON.parse(json) as {
      key?: unknown;
      edits?: Values;
      outputFormat?: unknown;
    };
    if (typeof key !== 'string' || typeof edits !== 'object') return undefined;
    return {
      key,
      edits: { ...edits, ...(typeof outputFormat === 'string' && { toFormat: outputFormat }) },
      notes: [],
    };
  } catch {
    return undefined;
  }
}

/** `/fit-in/800x600/filters:quality(80)/folder/image.jpg`: sizes and filters before the name of the file. */
function readPath(url: URL): Request | undefined {
  const parts = url.pathname.slice(1).split('/');
  const edits: Record<string, unknown> = {};
  const resize: Record<string, unknown> = {};
  const notes: string[] = [];
  while (parts.length > 1) {
    const part = parts[0] ?? '';
    const size = /^(\d*)x(\d*)$/.exec(part);
    const region = /^(\d+)x(\d+):(\d+)x(\d+)$/.exec(part);
    if (part === 'fit-in') resize.fit = 'inside';
    else if (region) {
      const [left = 0, top = 0, right = 0, bottom = 0] = region.slice(1).map(Number);
      edits.extract = { left, top, width: right - left, height: bottom - top };
    } else if (size) {
      if (Number(size[1]) > 0) resize.width = Number(size[1]);
      if (Number(size[2]) > 0) resize.height = Number(size[2]);
    } else if (part.startsWith('filters:')) readFilters(decodeSafely(part), edits, resize, notes);
    else break;
    parts.shift();
  }
  const key = parts.join('/');
  return /\.[A-Za-z0-9]{1,5}$/.test(key) ? { key, edits: { ...edits, resize }, notes } : undefined;
}

function readFilters(
  text: string,
  edits: Record<string, unknown>,
  resize: Record<string, unknown>,
  notes: string[],
): void {
  for (const [, name = '', value = ''] of text.matchAll(/:(\w+)\(([^)]*)\)/g)) {
    if (name === 'format') edits.toFormat = value;
    else if (name === 'quality') edits.quality = Number(value);
    else if (name === 'grayscale') edits.grayscale = true;
    else if (name === 'rotate') edits.rotate = Number(value);
    else if (name === 'blur') edits.blur = Number(value.split(',')[0]);
    else if (name === 'sharpen') edits.sharpen = true;
    else if (name === 'fill' || name === 'background_color') edits.flatten = { background: value };
    else if (name === 'stretch') resize.fit = 'fill';
    else if (name === 'no_upscale') resize.withoutEnlargement = true;
    else if (name === 'upscale') resize.withoutEnlargement = false;
    else if (name === 'smart_crop') edits.smartCrop = true;
    else if (name !== 'strip_exif' && name !== 'strip_icc')
      notes.push(`The filter ${name} has no equivalent.`);
  }
}

function queryEdits(query: URLSearchParams): Values {
  const number = (name: string) => (Number(query.get(name)) > 0 ? Number(query.get(name)) : undefined);
  const resize = {
    ...(number('width') && { width: number('width') }),
    ...(number('height') && { height: number('height') }),
    ...(query.has('fit') && { fit: query.get('fit') }),
  };
  return {
    ...(Object.keys(resize).length > 0 && { resize }),
    ...(query.has('format') && { toFormat: query.get('format') }),
    ...(number('rotate') && { rotate: number('rotate') }),
    ...['flip', 'flop', 'greyscale'].reduce<Record<string, unknown>>(
      (found, name) =>
        query.get(name)?.toLowerCase() === 'true' ? Object.assign(found, { [name]: true }) : found,
      {},
    ),
  };
}

function convertEdits(edits: Values): { readonly commands: Command[]; readonly notes: string[] } {
  const commands: Command[] = [];
  const notes: string[] = [];
  for (const [name, value] of Object.entries(edits)) convertEdit(name, value, commands, notes);
  return { commands, notes };
}

function convertEdit(name: string, value: unknown, commands: Command[], notes: string[]): void {
  const values = (typeof value === 'object' && value !== null ? value : {}) as Values;
  switch (name) {
    case 'resize':
      convertResize(values, commands, notes);
      return;
    case 'toFormat': {
      const format = formats[String(value)];
      if (format === undefined) notes.push(`The format ${String(value)} has no equivalent.`);
      else commands.push(['fmt', format]);
      return;
    }
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'avif':
      if (typeof values.quality === 'number') commands.push(['qlt', String(values.quality)]);
      return;
    case 'quality':
      commands.push(['qlt', String(value)]);
      return;
    case 'rotate':
      if (typeof value === 'number' && value !== 0) commands.push(['rotate', String(value)]);
      return;
    case 'flip':
    case 'flop': {
      const other = commands.some(([command]) => command === 'flip');
      if (value) commands.push(['flip', other ? 'lrud' : name === 'flip' ? 'ud' : 'lr']);
      return;
    }
    case 'grayscale':
    case 'greyscale':
      if (value) commands.push(['op_saturation', '-100']);
      return;
    case 'blur':
      commands.push(['op_blur', String(value === true ? 1 : value)]);
      return;
    case 'sharpen':
      commands.push(['op_sharpen', '1']);
      return;
    case 'flatten': {
      const colour = hexOf(values.background);
      if (colour !== undefined) commands.push(['bgc', colour]);
      return;
    }
    case 'extract':
      commands.push(['crop', [values.left, values.top, values.width, values.height].join(',')]);
      return;
    case 'smartCrop':
      notes.push(focalPointNote);
      return;
    default:
      notes.push(`The edit ${name} has no equivalent.`);
  }
}

function convertResize(values: Values, commands: Command[], notes: string[]): void {
  const { width, height, fit = 'cover', position, background, withoutEnlargement } = values;
  if (typeof width === 'number') commands.push(['wid', String(width)]);
  if (typeof height === 'number') commands.push(['hei', String(height)]);
  const mode = fits[String(fit)];
  if (mode === undefined) notes.push(`fit ${String(fit)} has no equivalent.`);
  else if (typeof width === 'number' && typeof height === 'number')
    commands.push(['fit', withoutEnlargement ? mode : `${mode},1`]);
  if (position !== undefined) {
    const align = alignOf(String(position));
    if (align === undefined) notes.push(focalPointNote);
    else if (align !== '0') commands.push(['align', align]);
  }
  const colour = background === undefined ? undefined : hexOf(background);
  if (colour !== undefined) commands.push(['bgc', colour]);
}
