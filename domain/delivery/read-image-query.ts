import type { FailureCode } from '../failure.ts';
import { canonicalImageQuery } from './canonical-image-query.ts';
import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  type effectCommands,
  type FitMode,
  imageCommands,
  type layerCommands,
  maxLayerNumber,
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
import { maxNesting, queryPieces } from './query-canonicaliser.ts';
import { type ReqFormat, type ReqKind, reqKinds } from './req-kinds.ts';
import { readSourceText } from './source-reference.ts';

/** Red, green, blue from 0 to 255, and alpha from 0 to 1. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly alpha: number;
}

/** An image that a layer uses. */
export interface SourceReference {
  /** Undefined for that of the request. */
  readonly company?: string;
  readonly id: string;
  /** For a nested request: the commands that make the image. */
  readonly command?: ImageCommand;
}

type ValueOf<Rule extends ArgumentRule> = Rule extends { kind: 'whole' | 'number' }
  ? number
  : Rule extends { kind: 'word' }
    ? Rule['words'][number]
    : Rule extends { kind: 'flag' }
      ? boolean
      : Rule extends { kind: 'colour' }
        ? Colour
        : Rule extends { kind: 'source' }
          ? SourceReference
          : string;

type Grammar = typeof imageCommands;

/** A command with one argument is its value. One with several is an object with their names. */
type CommandValue<Name extends CommandName> = Grammar[Name] extends readonly [infer Only extends ArgumentRule]
  ? ValueOf<Only>
  : { readonly [Rule in Grammar[Name][number] as Rule['name']]: ValueOf<Rule> };

/** Commands whose meaning depends on others, so that they are completed here. */
type Completed = 'fit' | 'fmt' | 'qlt' | 'bfc' | 'req' | 'layer';

/** A format, or a choice of formats: choose-format.ts. */
export interface RequestedFormat extends ResultFormat {
  /** Whether the URL names a format other than the default. */
  readonly isGiven: boolean;
  /** With `fmt=auto` or `bfc=on`, what the visitor's browser accepts. */
  readonly choice?: { readonly accepted: NegotiableFormat | undefined; readonly by: 'fmt' | 'bfc' };
}

type LayerCommandName = (typeof layerCommands)[number] | (typeof effectCommands)[number];

/** The commands of a layer. */
export type LayerCommand = {
  readonly [Name in LayerCommandName]?: CommandValue<Name>;
};

/** A layer on the image. */
export type NumberedLayer = LayerCommand & {
  /** From 0; higher ones are on top. Layer 0 is the image of the command: here it has its own effects only. */
  readonly number: number;
};

/** The commands of an image URL. Those of a layer are those of layer 0, and its effects those of the composite. */
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
    /** `qlt=auto`: see auto-quality.ts. The quality is then the default. */
    readonly isAuto?: true;
  };
  /** In the order of their numbers. */
  readonly layers?: readonly NumberedLayer[];
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

type ArgumentValue = string | number | boolean | Colour | SourceReference;
type Values = Partial<Record<CommandName, Readonly<Record<string, ArgumentValue>>>>;

/**
 * Reads the query of an image URL. Unknown names are ignored, so that a campaign's `utm_source` breaks no picture
 * (docs/decisions/0018).
 * @param query as sent or in canonical form, without `?`
 * @param depth requests around this one
 */
export function readImageQuery(query: string, depth = 0): ImageQuery {
  const problems: ImageProblem[] = [];
  const values: Values = {};
  const layers = new Map<number, Values>();
  let layer: { readonly name: string; readonly values: Values } | undefined;
  for (const text of canonicalImageQuery(query).split('&')) {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    if (name === '') continue;
    if (!isCommandName(name)) {
      problems.push(wrong(name, 'is not an image preset of this company'));
      continue;
    }
    if (name === 'layer') {
      const number = value === 'comp' ? value : layerNumber(value);
      if (number === undefined) {
        const right = `comp or a whole number from 0 to ${maxLayerNumber}`;
        problems.push(
          wrong('layer', `number is "${shorten(decodeURIComponent(value))}"; it must be ${right}`),
        );
        layer = undefined;
      } else if (number === 'comp') {
        layer = undefined;
      } else {
        layer = { name: `layer=${number}&`, values: layers.get(number) ?? {} };
        layers.set(number, layer.values);
      }
      continue;
    }
    const read = readArguments(name, value, depth);
    if ('code' in read) {
      const problem = read as ImageProblem;
      problems.push({ ...problem, field: `${layer?.name ?? ''}${problem.field}` });
    } else (layer?.values ?? values)[name] = read;
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
    ...namedValues(values),
    ...(req && { req }),
  };
  if (layers.size > 0) {
    command.layers = [...layers]
      .sort(([one], [other]) => one - other)
      .map(([number, found]) => ({ number, ...namedValues(found) }));
  }
  return { command: command as ImageCommand };
}

const completed: readonly CommandName[] = ['fit', 'fmt', 'qlt', 'bfc', 'req', 'layer'] satisfies Completed[];

/** The values that are complete by themselves. A command with one argument is its value. */
function namedValues(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    commandNames.flatMap((name) => {
      const found = values[name];
      if (!found || completed.includes(name)) return [];
      const rules: readonly ArgumentRule[] = imageCommands[name];
      return [[name, rules.length === 1 ? found[(rules[0] as ArgumentRule).name] : found]];
    }),
  );
}

function layerNumber(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) <= maxLayerNumber ? Number(text) : undefined;
}

/** A URL can have thousands of unknown names; more than these are of no use to a reader. */
const maxUnknown = 10;

/**
 * The names of a query that are no commands, each once, at most ten. Presets, variables and comments are not among them.
 * @param query as sent, without `?`
 */
export function unknownNames(query: string): string[] {
  const known = commandNames.map((name) => name.toLowerCase());
  const names = queryPieces(query)
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
  const { fallback, word } = imageCommands.qlt[0];
  const quality = given?.quality ?? fallback;
  return {
    quality: quality === word ? fallback : Number(quality),
    fullChroma: hasChroma && given?.chroma === true,
    isGiven: given !== undefined,
    ...(quality === word && { isAuto: true as const }),
  };
}

function readArguments(
  name: CommandName,
  text: string,
  depth: number,
): Readonly<Record<string, ArgumentValue>> | ImageProblem {
  const rules: readonly ArgumentRule[] = imageCommands[name];
  const decoded = decodeURIComponent(text);
  const [first] = rules;
  if (first?.kind === 'source') return readSource(name, first.name, decoded, depth);
  if (first?.kind === 'text') {
    const text = readArgument(name, first, decoded);
    return typeof text === 'string' ? { [first.name]: text } : (text as ImageProblem);
  }
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

function readSource(
  name: CommandName,
  argument: string,
  text: string,
  depth: number,
): Readonly<Record<string, SourceReference>> | ImageProblem {
  const found = readSourceText(text);
  if (!found) {
    const right = 'it must be an id, company/id, or a request, as in is{company/id?wid=300}';
    return wrong(name, `"${shorten(text)}" is not an image; ${right}`);
  }
  const { query, ...reference } = found;
  if (query === undefined) return { [argument]: reference };
  if (name === 'font') return wrong(name, 'a font has no commands; it must be an id or company/id');
  if (depth === maxNesting) return wrong(name, `requests can be in each other ${maxNesting} times at most`);
  const { command, problems } = readImageQuery(query, depth + 1);
  if (command) return { [argument]: { ...reference, command } };
  const [problem] = problems;
  return {
    code: problem?.code ?? 'image.invalid-argument',
    field: name,
    message: `in ${found.id}, ${problem?.field}: ${problem?.message}`,
  };
}

function readArgument(name: CommandName, rule: ArgumentRule, text: string): ArgumentValue | ImageProblem {
  if (text === '' && rule.kind !== 'colour' && 'fallback' in rule && rule.fallback !== undefined)
    return rule.fallback;
  const shown = text === '' ? 'nothing' : `"${shorten(text)}"`;
  const refused = (right: string) => wrong(name, `${rule.name} is ${shown}; it must be ${right}`);
  switch (rule.kind) {
    case 'whole':
    case 'number': {
      const number = numberOf(text, rule.kind);
      if (text !== '' && text === rule.word) return text;
      if (number >= rule.min && number <= rule.max) return number;
      if (number > rule.max && (name === 'wid' || name === 'hei')) {
        return {
          code: 'image.too-large',
          field: name,
          message: `${shown} is too large; a result has at most ${rule.max} × ${rule.max} pixels`,
        };
      }
      const kind = rule.kind === 'whole' ? 'whole number' : 'number';
      const word = rule.word === undefined ? '' : `, or ${rule.word}`;
      return refused(`a ${kind} from ${rule.min} to ${rule.max}${word}`);
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
    case 'source':
    case 'layer':
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
