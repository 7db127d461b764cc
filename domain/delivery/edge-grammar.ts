import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  effectCommands,
  imageCommands,
  layerCommands,
  outputCommands,
  withoutEffect,
} from './image-commands.ts';

/** The letters that the edge's reader knows the kinds of arguments by. */
const letters: Readonly<Record<ArgumentRule['kind'], string>> = {
  whole: 'n',
  number: 'n',
  word: 'w',
  flag: 'w',
  colour: 'c',
  digits: 'd',
  source: 's',
  layer: 'w',
  text: 't',
};

/** The letter for what a command belongs to: a layer, a layer or the composite, the result, or else the view. */
function scopeOf(name: CommandName): string {
  const isIn = (names: readonly CommandName[]) => names.includes(name);
  return isIn(layerCommands) ? 'L' : isIn(effectCommands) ? 'E' : isIn(outputCommands) ? 'O' : 'V';
}

/**
 * The table of commands as one short text, for canonical-image-query.ts: the edge function has no room for the table. The
 * commands are separated by `;`, in canonical order. Each has four fields separated by `:`. They are its name, a capital letter
 * for what it belongs to followed by a letter for the kind of each argument, the defaults of the arguments, and the value that means the same as no command. Behind `|` are
 * other spellings of words, each before the word that it stands for.
 */
export function edgeGrammar(): string {
  const commands = commandNames.map((name) => {
    const rules: readonly ArgumentRule[] = imageCommands[name];
    const kinds = rules.map(({ kind }) => letters[kind]).join('');
    const defaults = rules.map(defaultOf).join(',').replace(/,+$/, '');
    return [name, scopeOf(name) + kinds, defaults, withoutEffect[name] ?? ''].join(':').replace(/:+$/, '');
  });
  return `${commands.join(';')}|${synonyms().join()}`;
}

function defaultOf(rule: ArgumentRule): string {
  if (!('fallback' in rule) || rule.fallback === undefined) return '';
  return rule.kind === 'flag' ? (rule.fallback ? '1' : '0') : String(rule.fallback);
}

function synonyms(): string[] {
  return commandNames
    .flatMap((name): readonly ArgumentRule[] => imageCommands[name])
    .flatMap((rule) => (rule.kind === 'word' ? Object.entries(rule.synonyms ?? {}).flat() : []));
}
