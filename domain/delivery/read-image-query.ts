import type { FailureCode } from '../failure.ts';
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
  type PixelType,
  usesQuality,
} from './image-formats.ts';

/** The command of an image URL in canonical form: queries with the same meaning give equal commands. */
export interface ImageCommand {
  /** Width and height of the result in pixels. */
  readonly wid?: number;
  readonly hei?: number;
  /** Mode and upscale, as in the grammar. Without `fit` in the URL it is `fit` with upscale. */
  readonly fit: { readonly mode: FitMode; readonly upscale: boolean };
  readonly fmt: {
    readonly format: ImageFormat;
    readonly pixelType: PixelType;
    readonly compression: Compression;
  };
  /** Quality from 1 to 100, and whether colour keeps its full resolution. The defaults if the format does not use them. */
  readonly qlt: { readonly quality: number; readonly fullChroma: boolean };
  /** Cache buster: digits. */
  readonly id?: string;
}

/** One error in a query. */
export interface ImageProblem {
  readonly code: FailureCode & `image.${string}`;
  /** The command's name. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A query that was read. `unknown` are the names that are not image commands, each once, at most ten. */
export type ImageQuery = { readonly unknown: readonly string[] } & (
  | { readonly command: ImageCommand; readonly problems?: never }
  | { readonly command?: never; readonly problems: readonly ImageProblem[] }
);

type ArgumentValue = string | number;

/** A URL can have thousands of unknown names; more than these are of no use to a reader. */
const maxUnknown = 10;

/** Begins the name of each pair of a query whose `&` was HTML-escaped, once or several times. */
export const escapedAmpersand = /^(amp;)+/i;

/**
 * Reads the query of an image URL. Commands can be in any order and case; if a name is repeated, the last one counts.
 * Unknown names are ignored, so that a campaign's `utm_source` breaks no picture (docs/decisions/0018).
 * @param query as sent, without `?`. It is split first and percent-decoded afterwards
 */
export function readImageQuery(query: string): ImageQuery {
  const problems: ImageProblem[] = [];
  const unknown: string[] = [];
  const texts: Partial<Record<CommandName, string>> = {};
  query.split('&').forEach((text) => {
    const pair = text.replace(escapedAmpersand, '');
    if (pair === '') return;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const known = commandNames[commandNames.indexOf(name.toLowerCase() as CommandName)];
    if (known !== undefined) texts[known] = equals < 0 ? '' : pair.slice(equals + 1);
    else if (unknown.length < maxUnknown && unknown.indexOf(shorten(name)) < 0) unknown.push(shorten(name));
  });

  const values: Partial<Record<CommandName, readonly ArgumentValue[]>> = {};
  commandNames.forEach((name) => {
    const text = texts[name];
    if (text === undefined) return;
    const read = readArguments(name, text);
    if (isValues(read)) values[name] = read;
    else problems.push(read);
  });
  if (texts.fit !== undefined && texts.wid === undefined && texts.hei === undefined) {
    problems.push(wrong('fit', 'needs wid or hei, or both'));
  }
  const format = readFormat(values.fmt);
  if ('code' in format) problems.push(format);
  if (problems.length > 0 || 'code' in format) return { unknown: unknown, problems: problems };

  const quality = usesQuality(format.format, format.compression);
  const hasChroma = quality && format.compression === 'none' && format.pixelType === 'rgb';
  const command: { -readonly [Name in keyof ImageCommand]: ImageCommand[Name] } = {
    fit: readFit(values),
    fmt: format,
    qlt: {
      quality: Number((quality && values.qlt?.[0]) || imageCommands.qlt[0].fallback),
      fullChroma: hasChroma && values.qlt !== undefined && values.qlt[1] === '1',
    },
  };
  if (values.wid) command.wid = Number(values.wid[0]);
  if (values.hei) command.hei = Number(values.hei[0]);
  if (values.id && values.id[0] !== '') command.id = String(values.id[0]);
  return { unknown: unknown, command: command };
}

function readFit(values: Partial<Record<CommandName, readonly ArgumentValue[]>>): ImageCommand['fit'] {
  const given = values.fit;
  if (!given) return { mode: 'fit', upscale: true };
  // With one dimension nothing is padded or cut, so all modes are equal.
  const mode = values.wid && values.hei ? (given[0] as FitMode) : 'fit';
  return { mode, upscale: given[1] === '1' };
}

function readFormat(given: readonly ArgumentValue[] | undefined): ImageCommand['fmt'] | ImageProblem {
  const format = (given ? given[0] : imageCommands.fmt[0].fallback) as ImageFormat;
  const kinds = imageFormats[format];
  const pixelType = (given?.[1] || kinds.pixelTypes[0]) as PixelType;
  const compression = (given?.[2] || kinds.compressions[0]) as Compression;
  if ((kinds.pixelTypes as readonly string[]).indexOf(pixelType) < 0) {
    return wrong('fmt', `${format} has no ${pixelType}; its pixelType is ${listWords(kinds.pixelTypes)}`);
  }
  if ((kinds.compressions as readonly string[]).indexOf(compression) < 0) {
    return wrong(
      'fmt',
      `${format} has no ${compression}; its compression is ${listWords(kinds.compressions)}`,
    );
  }
  return { format, pixelType, compression };
}

function isValues(read: readonly ArgumentValue[] | ImageProblem): read is readonly ArgumentValue[] {
  return Array.isArray(read);
}

function readArguments(name: CommandName, text: string): readonly ArgumentValue[] | ImageProblem {
  const rules: readonly ArgumentRule[] = imageCommands[name];
  const first = rules[0] as ArgumentRule;
  if (first.kind === 'digits') return [readDigits(text, first.maxDigits)];
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch (_error) {
    return wrong(name, `"${shorten(text)}" is not valid percent-encoding`);
  }
  const parts = decoded.split(',');
  if (parts.length > rules.length) {
    return wrong(name, `"${shorten(decoded)}" has too many values; write ${syntaxOf(name)}`);
  }
  const values: ArgumentValue[] = [];
  for (let index = 0; index < rules.length; index++) {
    const value = readArgument(name, rules[index] as ArgumentRule, parts[index] || '');
    if (typeof value === 'object') return value;
    values.push(value);
  }
  return values;
}

function readArgument(name: CommandName, rule: ArgumentRule, text: string): ArgumentValue | ImageProblem {
  if (text === '' && rule.fallback !== undefined) return rule.fallback;
  const shown = text === '' ? 'nothing' : `"${shorten(text)}"`;
  if (rule.kind === 'whole') {
    const number = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= rule.min && number <= rule.max) return number;
    if (number > rule.max && rule.name === 'pixels') {
      return {
        code: 'image.too-large',
        field: name,
        message: `${shown} is too large; a result has at most ${rule.max} × ${rule.max} pixels`,
      };
    }
    return wrong(name, `${rule.name} is ${shown}; it must be a whole number from ${rule.min} to ${rule.max}`);
  }
  if (rule.kind === 'digits') return readDigits(text, rule.maxDigits);
  const word = text.toLowerCase();
  if (rule.words.indexOf(word) >= 0) return word;
  const synonyms = rule.synonyms || {};
  if (Object.keys(synonyms).indexOf(word) >= 0) return synonyms[word] as string;
  return wrong(name, `${rule.name} is ${shown}; it must be ${listWords(rule.words)}`);
}

/** Without leading zeros. @returns empty for a text that is ignored */
function readDigits(text: string, maxDigits: number): string {
  return text.length <= maxDigits && /^[0-9]+$/.test(text) ? String(Number(text)) : '';
}

/** The syntax of a command: `fit=mode[,upscale]` */
export function syntaxOf(name: CommandName): string {
  const rules: readonly ArgumentRule[] = imageCommands[name];
  const optional = rules.slice(1).map((rule) => `[,${rule.name}`);
  return `${name}=${(rules[0] as ArgumentRule).name}${optional.join('')}${optional.map(() => ']').join('')}`;
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
