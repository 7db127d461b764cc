import { Failure, invalidField } from '../failure.ts';
import { parseImageCommand } from './parse-image-command.ts';
import { unknownNames } from './read-image-query.ts';

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
  const plain = commands
    .split('&')
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

/** The names of the presets that a query uses, in lower case, each once. @param query without `?` */
export function presetNamesIn(query: string): string[] {
  const names = query.split('&').flatMap((piece) => reference.exec(piece)?.[1]?.toLowerCase() ?? []);
  return [...new Set(names)];
}

/**
 * Puts the commands of presets in the positions of their names. A command before a preset is replaced by the same command of
 * the preset, and a command after it replaces that of the preset. Unknown presets stay, and are refused by the reader.
 * @param negotiated what the edge found out about the visitor, which `fmt=auto`, `bfc=on` and `network=on` of a preset need
 */
export function expandPresets(
  query: string,
  presets: readonly Pick<ImagePreset, 'name' | 'commands'>[],
  negotiated: Negotiated,
): string {
  const commands = new Map(presets.map((preset) => [preset.name.toLowerCase(), preset.commands]));
  return query
    .split('&')
    .map((piece) => {
      const found = commands.get(reference.exec(piece)?.[1]?.toLowerCase() ?? '');
      if (found === undefined) return piece;
      return found
        .replace(/(^|&)(fmt=auto|bfc=on)(?=&|$)/gi, negotiated.format ? `$1$2,${negotiated.format}` : '$&')
        .replace(/(^|&)network=on(?=&|$)/gi, negotiated.isSlow ? '$&,slow' : '$&');
    })
    .join('&');
}
