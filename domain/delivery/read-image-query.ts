import type { FailureCode } from '../failure.ts';
import { canonicalImageQuery } from './canonical-image-query.ts';
import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  type FitMode,
  imageCommands,
} from './image-commands.ts';
import {
  type Compression,
  type ImageFormat,
  imageFormats,
  type NegotiableFormat,
  negotiableFormats,
  type PixelType,
  type ResultFormat,
  usesQuality,
} from './image-formats.ts';
import { type ReqFormat, type ReqKind, reqKinds } from './req-kinds.ts';

/** Red, green, blue from 0 to 255, and alpha from 0 to 1. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly alpha: number;
}

type ValueOf<Rule extends ArgumentRule> = Rule extends { kind: 'whole' | 'number' }
  ? number
  : Rule extends { kind: 'word' }
    ? Rule['words'][number]
    : Rule extends { kind: 'flag' }
      ? boolean
      : Rule extends { kind: 'colour' }
        ? Colour
        : string;

type Grammar = typeof imageCommands;

/** A command with one argument is its value. One with several is an object with their names. */
type CommandValue<Name extends CommandName> = Grammar[Name] extends readonly [infer Only extends ArgumentRule]
  ? ValueOf<Only>
  : { readonly [Rule in Grammar[Name][number] as Rule['name']]: ValueOf<Rule> };

/** Commands whose meaning depends on others, so that they are completed here. */
type Completed = 'fit' | 'fmt' | 'qlt' | 'bfc' | 'req';

/** A format, or a choice of formats: choose-format.ts. */
export interface RequestedFormat extends ResultFormat {
  /** Whether the URL names a format other than the default. */
  readonly isGiven: boolean;
  /** With `fmt=auto` or `bfc=on`, what the visitor's browser accepts. */
  readonly choice?: { readonly accepted: NegotiableFormat | undefined; readonly by: 'fmt' | 'bfc' };
}

/** The commands of an image URL. */
export type ImageCommand = {
  readonly [Name in Exclude<CommandName, Completed>]?: CommandValue<Name>;
} & {
  /** Mode and upscale, as in the grammar. Without `fit` in the URL it is `fit` with upscale. */
  readonly fit: { readonly mode: FitMode; readonly upscale: boolean };
  readonly fmt: RequestedFormat;
  readonly qlt: {
    /** From 1 to 100. */
    readonly quality: number;
    /** Whether colour keeps its full resolution. */
    readonly fullChroma: boolean;
    /** Whether the URL names a quality. */
    readonly isGiven: boolean;
  };
  /** What the response is; an image without it. The format is undefined for images. */
  readonly req?: { readonly kind: ReqKind; readonly format: ReqFormat | undefined };
  /** Of the company's settings, in pixels: the maximum of a result, and the size without `wid` and `hei` (0 is no limit). */
  readonly limits?: Readonly<
    Record<'maxPix' | 'defaultPix', { readonly width: number; readonly height: number }>
  >;
};

/** One error in a query. */
export interface ImageProblem {
  readonly code: FailureCode & `image.${string}`;
  /** The command's name. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

export type ImageQuery =
  | { readonly command: ImageCommand; readonly problems?: never }
  | { readonly command?: never; readonly problems: readonly ImageProblem[] };

type ArgumentValue = string | number | boolean | Colour;
type Values = Partial<Record<CommandName, Readonly<Record<string, ArgumentValue>>>>;

/**
 * Reads the query of an image URL. Unknown names are ignored, so that a campaign's `utm_source` breaks no picture
 * (docs/decisions/0018).
 * @param query as sent or in canonical form, without `?`
 */
export function readImageQuery(query: string): ImageQuery {
  const problems: ImageProblem[] = [];
  const values: Values = {};
  for (const text of canonicalImageQuery(query).split('&')) {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    if (name === '') continue;
    if (!isCommandName(name)) {
      problems.push(wrong(name, 'is not an image preset of this company'));
      continue;
    }
    const read = readArguments(name, value);
    if ('code' in read) problems.push(read as ImageProblem);
    else values[name] = read;
  }
  if (values.fit && !values.wid && !values.hei) problems.push(wrong('fit', 'needs wid or hei, or both'));
  const fmt = readFormat(values);
  if ('code' in fmt) problems.push(fmt);
  const req = readReq(values);
  if (req && 'code' in req) problems.push(req);
  if (req && 'kind' in req && req.kind === 'tmb' && values.fit)
    problems.push(wrong('fit', 'cannot be used with req=tmb: the thumbnail settings decide'));
  if (problems.length > 0 || 'code' in fmt) return { problems };

  const command: Record<string, unknown> = {
    fit: readFit(values),
    fmt,
    qlt: readQuality(values.qlt, fmt),
    ...(req && { req }),
  };
  for (const name of commandNames) {
    const found = values[name];
    if (!found || name in command || name === 'bfc') continue;
    const rules: readonly ArgumentRule[] = imageCommands[name];
    command[name] = rules.length === 1 ? found[(rules[0] as ArgumentRule).name] : found;
  }
  return { command: command as ImageCommand };
}

/** A URL can have thousands of unknown names; more than these are of no use to a reader. */
const maxUnknown = 10;

/**
 * The names of a query that are no commands, each once, at most ten. Presets, variables and comments are not among them.
 * @param query as sent, without `?`
 */
export function unknownNames(query: string): string[] {
  const known = commandNames.map((name) => name.toLowerCase());
  const names = query
    .split('&')
    .filter((piece) => !/^([.]|[$][\w.-]+([$]$|=)|$)/.test(piece))
    .map((piece) => piece.split('=', 1)[0] ?? '')
    .filter((name) => !known.includes(name.toLowerCase()));
  return [...new Set(names.map(shorten))].slice(0, maxUnknown);
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(imageCommands, name);
}

function readFit({ fit, wid, hei }: Values): ImageCommand['fit'] {
  if (!fit) return { mode: 'fit', upscale: true };
  // With one dimension nothing is padded or cut, so all modes are equal.
  return { mode: wid && hei ? (fit.mode as FitMode) : 'fit', upscale: fit.upscale === true };
}

/** Formats that `bfc` replaces. */
const replaceable: readonly ImageFormat[] = ['jpeg', 'pjpeg', 'png', 'png-alpha'];

function readFormat({ fmt: given, bfc }: Values): RequestedFormat | ImageProblem {
  if (given?.format === 'auto') {
    const { pixelType, compression } = given;
    if (compression !== '' || (pixelType !== '' && !isNegotiable(pixelType)))
      return wrong('fmt', 'auto has no pixelType and no compression; write fmt=auto');
    const choice = { accepted: isNegotiable(pixelType) ? pixelType : undefined, by: 'fmt' } as const;
    return { format: 'jpeg', pixelType: 'rgb', compression: 'none', isGiven: true, choice };
  }
  const format = (given?.format ?? imageCommands.fmt[0].fallback) as ImageFormat;
  const kinds = imageFormats[format];
  const pixelType = (given?.pixelType || kinds.pixelTypes[0]) as PixelType;
  const compression = (given?.compression || kinds.compressions[0]) as Compression;
  if (!(kinds.pixelTypes as readonly string[]).includes(pixelType)) {
    return wrong('fmt', `${format} has no ${pixelType}; its pixelType is ${listWords(kinds.pixelTypes)}`);
  }
  if (!(kinds.compressions as readonly string[]).includes(compression)) {
    return wrong(
      'fmt',
      `${format} has no ${compression}; its compression is ${listWords(kinds.compressions)}`,
    );
  }
  const isReplaceable = bfc?.state === 'on' && pixelType === 'rgb' && replaceable.includes(format);
  const accepted = isNegotiable(bfc?.accepted) ? bfc.accepted : undefined;
  return {
    format,
    pixelType,
    compression,
    isGiven: given !== undefined,
    ...(isReplaceable && { choice: { accepted, by: 'bfc' } as const }),
  };
}

function readReq({ req }: Values): ImageCommand['req'] | ImageProblem {
  if (!req) return undefined;
  const kind = req.kind as ReqKind;
  const formats: readonly ReqFormat[] = reqKinds[kind];
  const format = req.format === '' ? formats[0] : (req.format as ReqFormat);
  if (format === undefined || formats.includes(format)) return { kind, format };
  const right =
    formats.length === 0 ? 'is an image, whose format is fmt' : `has the formats ${listWords(formats)}`;
  return wrong('req', `${kind} has no ${format}; it ${right}`);
}

function isNegotiable(value: ArgumentValue | undefined): value is NegotiableFormat {
  return (negotiableFormats as readonly unknown[]).includes(value);
}

function readQuality(given: Values['qlt'], fmt: ImageCommand['fmt']): ImageCommand['qlt'] {
  const isUsed = usesQuality(fmt.format, fmt.compression);
  const hasChroma = isUsed && fmt.compression === 'none' && fmt.pixelType === 'rgb';
  return {
    quality: Number(given?.quality ?? imageCommands.qlt[0].fallback),
    fullChroma: hasChroma && given?.chroma === true,
    isGiven: given !== undefined,
  };
}

function readArguments(
  name: CommandName,
  text: string,
): Readonly<Record<string, ArgumentValue>> | ImageProblem {
  const rules: readonly ArgumentRule[] = imageCommands[name];
  const decoded = decodeURIComponent(text);
  const parts = decoded.split(',');
  if (parts.length > rules.length) {
    return wrong(name, `"${shorten(decoded)}" has too many values; write ${syntaxOf(name)}`);
  }
  const values: Record<string, ArgumentValue> = {};
  for (const [index, rule] of rules.entries()) {
    const value = readArgument(name, rule, parts[index] ?? '');
    if (typeof value === 'object' && 'code' in value) return value;
    values[rule.name] = value;
  }
  return values;
}

function readArgument(name: CommandName, rule: ArgumentRule, text: string): ArgumentValue | ImageProblem {
  if (text === '' && rule.kind !== 'colour' && rule.fallback !== undefined) return rule.fallback;
  const shown = text === '' ? 'nothing' : `"${shorten(text)}"`;
  const refused = (right: string) => wrong(name, `${rule.name} is ${shown}; it must be ${right}`);
  switch (rule.kind) {
    case 'whole':
    case 'number': {
      const number = numberOf(text, rule.kind);
      if (number >= rule.min && number <= rule.max) return number;
      if (number > rule.max && (name === 'wid' || name === 'hei')) {
        return {
          code: 'image.too-large',
          field: name,
          message: `${shown} is too large; a result has at most ${rule.max} × ${rule.max} pixels`,
        };
      }
      return refused(
        `a ${rule.kind === 'whole' ? 'whole number' : 'number'} from ${rule.min} to ${rule.max}`,
      );
    }
    case 'word':
      return rule.words.includes(text) ? text : refused(listWords(rule.words));
    case 'flag':
      return text === '0' || text === '1' ? text === '1' : refused('0 or 1');
    case 'colour':
      return readColour(text) ?? refused('six hexadecimal digits, as in ff8800, or r,g,b from 0 to 255');
    case 'text':
      if (text.length > rule.maxLength) return refused(`at most ${rule.maxLength} characters`);
      return rule.pattern?.test(text) === false ? refused(rule.right ?? 'another text') : text;
    case 'digits':
      return text;
  }
}

function numberOf(text: string, kind: 'whole' | 'number'): number {
  const pattern = kind === 'whole' ? /^-?\d+$/ : /^-?(\d+(\.\d*)?|\.\d+)(e-\d+)?$/;
  return pattern.test(text) ? Number(text) : Number.NaN;
}

/** @param text six or eight lower-case hexadecimal digits */
export function readColour(text: string): Colour | undefined {
  const digits = /^([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/.exec(text);
  if (!digits) return undefined;
  const [r = 0, g = 0, b = 0, alpha = 255] = digits
    .slice(1)
    .map((pair) => (pair === undefined ? undefined : Number.parseInt(pair, 16)));
  return { r, g, b, alpha: alpha / 255 };
}

/** The syntax of a command: `fit=mode[,upscale]` */
export function syntaxOf(name: CommandName): string {
  const rules: readonly ArgumentRule[] = imageCommands[name];
  const firstOptional = rules.findIndex((rule, index) => index > 0 && 'fallback' in rule);
  const required = rules.slice(0, firstOptional < 0 ? rules.length : firstOptional);
  const optional = rules.slice(required.length).map((rule) => `[,${rule.name}`);
  return `${name}=${required.map((rule) => rule.name).join()}${optional.join('')}${optional.map(() => ']').join('')}`;
}

function wrong(field: string, message: string): ImageProblem {
  return { code: 'image.invalid-argument', field, message };
}

function listWords(words: readonly string[]): string {
  const last = words.length - 1;
  return last === 0 ? String(words[0]) : `${words.slice(0, last).join(', ')} or ${words[last]}`;
}

/** The beginning of a text, long enough to find it in the URL. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
