import { Failure, invalidField } from '../failure.ts';
import { canonicalImageQuery } from './canonical-image-query.ts';
import { parseImageCommand } from './parse-image-command.ts';
import { encodeStrictly, queryPieces } from './query-canonicaliser.ts';
import { unknownNames } from './read-image-query.ts';
import { printSourceText, readSourceText, type SourceText } from './source-reference.ts';

/** Image commands with a name: an address that contains `$name$` has them. */
export interface ImagePreset {
  /** Case does not matter in addresses. */
  readonly name: string;
  /** Image commands as in a URL's query, without `?`. */
  readonly commands: string;
  /** Counts the changes, from 1. */
  readonly version: number;
  readonly modified: string;
  readonly modifiedBy: string;
}

/** The presets of a company are read as one object by each request that uses one. */
export const maxImagePresets = 200;

/** Characters of a preset's commands. */
export const maxPresetLength = 1_000;

/** The first letter keeps names apart from numbers of a variable. The characters are those of the protocol. */
export const presetNamePattern = /^[A-Za-z][A-Za-z0-9._-]{0,59}$/;

/**
 * Checks the commands of a preset. Other presets and the cache buster are refused. Variables stay: the address can give their values.
 * @throws Failure `request.invalid` that names `commands`, with each wrong command
 */
export function checkPresetCommands(commands: string): void {
  const unknown = unknownNames(commands);
  if (unknown.length > 0) {
    throw refused(unknown.map((field) => ({ field, message: 'is not an image command' })));
  }
  if (/(^|&)\$[\w.-]+\$(&|$)/.test(commands))
    throw invalidField('commands', 'must not contain another preset');
  const foreign = /(^|&)(id|req|handler)=/i.exec(commands)?.[2];
  if (foreign !== undefined) {
    throw invalidField(
      'commands',
      `must not contain ${foreign.toLowerCase()}, which does not change the image`,
    );
  }
  // What depends on a variable is checked when an address gives its value.
  const plain = queryPieces(commands)
    .filter((piece) => !/\$[\w.-]+\$/.test(piece) && !/^fit=/i.test(piece))
    .join('&');
  try {
    parseImageCommand(plain);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw refused(error.details);
  }
}

function refused(problems: readonly { readonly field: string; readonly message: string }[]): Failure {
  const details = problems.map(({ field, message }) => ({ field: `commands.${field}`, message }));
  return new Failure('request.invalid', `commands.${problems[0]?.field}: ${problems[0]?.message}`, {
    details,
  });
}

/** A preset in a query: `$name$`. */
const reference = /^\$([\w.-]+)\$$/;

/** What the edge found out about a visitor. */
export interface Negotiated {
  /** The best format that the browser accepts. */
  readonly format?: string | undefined;
  readonly isSlow: boolean;
}

/** A preset of a company. */
export interface PresetName {
  readonly company: string;
  /** In lower case. */
  readonly name: string;
}

/**
 * The presets that a query and its nested requests use, each once.
 * @param query without `?`
 * @param company of the presets that are not in a nested request of another company
 */
export function presetNamesIn(query: string, company: string): PresetName[] {
  const found = new Map<string, PresetName>();
  for (const piece of queryPieces(canonicalImageQuery(query))) {
    const name = reference.exec(piece)?.[1]?.toLowerCase();
    const source = sourceIn(piece);
    const nested = source?.query === undefined ? [] : presetNamesIn(source.query, source.company ?? company);
    for (const one of name === undefined ? nested : [{ company, name }]) {
      found.set(`${one.company}/${one.name}`, one);
    }
  }
  return [...found.values()];
}

/**
 * Puts the commands of presets in the positions of their names, also in nested requests. A command before a preset is replaced by
 * the same command of the preset, and a command after it replaces that of the preset. A preset counts in the layer in which it
 * stands; what follows it does, too, even if the preset has layers of its own. Unknown presets stay, and are refused by the reader.
 * @param presets by company
 * @param negotiated what the edge found out about the visitor, which `fmt=auto`, `bfc=on` and `network=on` of a preset need
 */
export function expandPresets(
  query: string,
  company: string,
  presets: ReadonlyMap<string, readonly Pick<ImagePreset, 'name' | 'commands'>[]>,
  negotiated: Negotiated,
): string {
  const own = new Map(presets.get(company)?.map(({ name, commands }) => [name.toLowerCase(), commands]));
  let layer = 'comp';
  return queryPieces(query)
    .map((piece) => {
      layer = /^layer=(.*)$/i.exec(piece)?.[1] ?? layer;
      const source = sourceIn(piece);
      if (source?.query !== undefined) {
        const nested = expandPresets(source.query, source.company ?? company, presets, negotiated);
        return `${source.command}=${encodeStrictly(printSourceText({ ...source, query: nested }))}`;
      }
      const found = own.get(reference.exec(piece)?.[1]?.toLowerCase() ?? '');
      if (found === undefined) return piece;
      const commands = found
        .replace(/(^|&)(fmt=auto|bfc=on)(?=&|$)/gi, negotiated.format ? `$1$2,${negotiated.format}` : '$&')
        .replace(/(^|&)network=on(?=&|$)/gi, negotiated.isSlow ? '$&,slow' : '$&');
      return /(^|&)layer=/i.test(commands) ? `${commands}&layer=${layer}` : commands;
    })
    .join('&');
}

/** The image that a piece of a query names. The request in braces is itself encoded once less where its braces are not encoded. */
function sourceIn(piece: string): (SourceText & { readonly command: string }) | undefined {
  const [, command, value = ''] = /^(src|mask)=(.*)$/is.exec(piece) ?? [];
  if (command === undefined) return undefined;
  const text = /^(is)?\{/.test(value) ? value : decoded(value);
  const found = readSourceText(text.replace(/^\{/, 'is{'));
  return found && { ...found, command };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
