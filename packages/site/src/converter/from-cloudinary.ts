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
 * Rules for Cloudinary's transformation URLs. Source of their meaning:
 * https://cloudinary.com/documentation/transformation_reference
 */
type Command = readonly [name: string, value: string];

/** How a resize mode fills the box of width and height; `,1` allows enlarging. */
const modes: Readonly<Record<string, string>> = {
  scale: 'stretch',
  fit: 'constrain,1',
  limit: 'constrain',
  mfit: 'constrain,1',
  fill: 'crop,1',
  lfill: 'crop',
  thumb: 'crop,1',
  auto: 'crop,1',
  pad: 'fit,1',
  lpad: 'fit',
  mpad: 'fit',
  fill_pad: 'fit,1',
  auto_pad: 'fit,1',
};

/** Modes whose result differs a little. */
const modeNotes: Readonly<Record<string, string>> = {
  mfit: 'c_mfit only enlarges; the converted URL also shrinks.',
  mpad: 'c_mpad only pads; the converted URL also shrinks.',
  thumb: focalPointNote,
  auto: focalPointNote,
  fill_pad: focalPointNote,
  auto_pad: focalPointNote,
};

const formats: Readonly<Record<string, string>> = {
  auto: 'auto',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  pjpg: 'pjpeg',
  png: 'png-alpha',
  webp: 'webp-alpha',
  avif: 'avif-alpha',
  gif: 'gif-alpha',
  tiff: 'tif',
};

const effects: Readonly<Record<string, (value: string) => Command | undefined>> = {
  grayscale: () => ['op_saturation', '-100'],
  brightness: (value) => ['op_brightness', percent(value || '80')],
  contrast: (value) => ['op_contrast', percent(value || '0')],
  saturation: (value) => ['op_saturation', percent(value || '80')],
  blur: (value) => ['op_blur', String(Math.min(100, Math.max(1, Math.round(Number(value || '100') / 50))))],
  sharpen: () => ['op_sharpen', '1'],
  unsharp_mask: () => ['op_usm', '1'],
};

const percent = (value: string) => String(Math.max(-100, Math.min(100, Math.round(Number(value)))));

const product = 'Cloudinary';

/** Translates `https://res.cloudinary.com/<cloud>/image/upload/<transformations>/v1/<public id>.<extension>`. */
export function fromCloudinary(url: URL, givenCompany?: string): ConvertedUrl | undefined {
  const [, cloud = '', type = '', rest = ''] =
    /^\/([\w-]+)\/(image|video|raw)\/(?:upload|private|authenticated)\/(.+)$/.exec(url.pathname) ?? [];
  if (rest === '') return undefined;
  const company = givenCompany ?? cloud;
  const parts = rest.split('/');
  const signed = /^s--[\w-]+--$/.test(parts[0] ?? '') ? parts.shift() : undefined;
  const transformations: string[] = [];
  while (parts.length > 1 && isTransformation(parts[0] ?? '')) transformations.push(parts.shift() ?? '');
  const version = parts.length > 1 && /^v\d+$/.test(parts[0] ?? '') ? parts.shift() : undefined;
  const { id, extension, folder } = idOfFile(parts.join('/'));
  const notes = [
    ...(signed === undefined ? [] : ['The signature was left out: published assets need none.']),
    ...folderNote(folder),
    ...(version === undefined
      ? []
      : [
          `${version} was left out. A new version is seen after an invalidation, or at once with id=<number of the version>.`,
        ]),
  ];
  if (type !== 'image') {
    if (transformations.length > 0)
      notes.push('Files and video are delivered as they are: transformations were left out.');
    return {
      from: product,
      path: deliveryPathOf({ kind: type === 'video' ? 'video' : 'content', company, id }),
      notes,
    };
  }
  const { commands, notes: more } = convertTransformations(transformations);
  const format = formatOfExtension(extension);
  const withFormat: Command[] =
    commands.some(([name]) => name === 'fmt') || format === '' ? commands : [...commands, ['fmt', format]];
  return {
    from: product,
    path: deliveryPathOf({ company, id, commands: withFormat }),
    notes: [...new Set([...notes, ...more])],
  };
}

/** `c_fill,w_400` and the like; a folder such as `my_photos` is none. */
function isTransformation(part: string): boolean {
  return part
    .split(',')
    .every((piece) =>
      /^(a|ac|ar|b|bo|c|co|d|dl|dn|dpr|e|f|fl|fn|g|h|if|l|o|p|q|r|so|t|u|vc|w|x|y|z)_.+$/.test(piece),
    );
}

interface Converted {
  readonly commands: Command[];
  readonly notes: string[];
}

function convertTransformations(transformations: readonly string[]): Converted {
  const commands: Command[] = [];
  const notes: string[] = [];
  const resizes = transformations.filter((part) => /(^|,)[wh]_/.test(part));
  if (resizes.length > 1) notes.push('Several resizes one after the other become one: the last one counts.');
  for (const part of transformations) {
    const values = new Map(
      part.split(',').map((piece) => {
        const [, name = '', value = ''] = /^([a-z]+)_(.*)$/.exec(piece) ?? [];
        return [name, value] as const;
      }),
    );
    convertResize(values, commands, notes);
    for (const [name, value] of values) convertValue(name, value, commands, notes);
  }
  return { commands, notes };
}

const whole = (value: string | undefined) =>
  value !== undefined && /^[1-9]\d*$/.test(value) ? Number(value) : undefined;

function convertResize(values: ReadonlyMap<string, string>, commands: Command[], notes: string[]): void {
  for (const name of ['w', 'h'])
    if (values.has(name) && whole(values.get(name)) === undefined)
      notes.push(
        `${name}_${values.get(name)} is no number of pixels: give ${name === 'w' ? 'wid' : 'hei'} in pixels, or scale.`,
      );
  let [wid, hei] = [whole(values.get('w')), whole(values.get('h'))];
  const ratio = ratioOf(values.get('ar'));
  if (ratio !== undefined && wid !== undefined && hei === undefined) hei = Math.round(wid / ratio);
  else if (ratio !== undefined && hei !== undefined && wid === undefined) wid = Math.round(hei * ratio);
  const mode = values.get('c') ?? 'scale';
  if (mode === 'crop') {
    const [x, y] = [values.get('x'), values.get('y')];
    if (x !== undefined && y !== undefined && wid !== undefined && hei !== undefined)
      commands.push(['crop', `${x},${y},${wid},${hei}`]);
    else
      notes.push(
        'c_crop without x, y, w and h has no equivalent: crop needs all four, in pixels of the source.',
      );
    return;
  }
  if (wid !== undefined) commands.push(['wid', String(wid)]);
  if (hei !== undefined) commands.push(['hei', String(hei)]);
  const fit = modes[mode];
  if (fit === undefined) notes.push(`c_${mode} has no equivalent.`);
  else if ((wid !== undefined && hei !== undefined) || (fit === 'constrain' && (wid ?? hei) !== undefined))
    commands.push(['fit', fit]);
  const note = modeNotes[mode];
  if (note !== undefined) notes.push(note);
}

/** `16:9` or `1.5` as width by height. */
function ratioOf(text: string | undefined): number | undefined {
  const [, width, height = '1'] = /^(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/.exec(text ?? '') ?? [];
  return width === undefined || Number(height) === 0 || Number(width) === 0
    ? undefined
    : Number(width) / Number(height);
}

function convertValue(name: string, value: string, commands: Command[], notes: string[]): void {
  const missing = () => notes.push(`${name}_${value} has no equivalent.`);
  switch (name) {
    case 'w':
    case 'h':
    case 'c':
    case 'x':
    case 'y':
    case 'ar':
      return;
    case 'g': {
      const align = alignOf(value);
      if (align === undefined) notes.push(focalPointNote);
      else if (align !== '0') commands.push(['align', align]);
      return;
    }
    case 'f': {
      const format = formats[value];
      if (format === undefined) missing();
      else commands.push(['fmt', format]);
      return;
    }
    case 'q':
      if (whole(value) !== undefined) commands.push(['qlt', value]);
      else if (value.startsWith('auto')) {
        commands.push(['qlt', 'auto']);
        if (value !== 'auto') notes.push(`q_${value}: there is one automatic quality.`);
      } else missing();
      return;
    case 'dpr':
      if (value === 'auto') notes.push('dpr_auto: write srcset with several widths, or dpr=on,2.');
      else commands.push(['dpr', `on,${Number(value)}`]);
      return;
    case 'a':
      if (/^-?\d+$/.test(value)) commands.push(['rotate', value]);
      else if (value === 'hflip') commands.push(['flip', 'lr']);
      else if (value === 'vflip') commands.push(['flip', 'ud']);
      else missing();
      return;
    case 'b': {
      const colour = hexOf(value);
      if (colour === undefined) missing();
      else commands.push(['bgc', colour]);
      return;
    }
    case 't':
      commands.push([`$${value}$`, '']);
      notes.push(
        `The named transformation "${value}" becomes an image preset, which must exist in the company.`,
      );
      return;
    case 'd':
      commands.push(['defaultImage', idOfFile(value.replaceAll(':', '/')).id]);
      return;
    case 'e': {
      const [effect = '', strength = ''] = value.split(':');
      const command = effects[effect]?.(strength);
      if (command === undefined) missing();
      else {
        commands.push(command);
        if (effect !== 'grayscale')
          notes.push(`e_${effect}: strengths are not the same. Compare the two pictures.`);
      }
      return;
    }
    default:
      missing();
  }
}
