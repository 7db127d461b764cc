import type { Command } from '../command.ts';
import { flagOf, kebabCase } from '../flag-names.ts';
import type { Completion } from './completion-script.ts';

/** Options of every command, with their texts. */
export const commonFlags = [
  { name: '--json', summary: 'print results as JSON, one a line', takesValue: false },
  { name: '--profile', summary: 'use another profile than the current one', takesValue: true },
  { name: '--company', summary: 'use another company than that of the profile', takesValue: true },
  { name: '--help', summary: 'show the help of the command', takesValue: false },
] as const;

/** What can follow each path of the command table. */
export function completionsOf(
  commands: readonly Command[],
  groups: Readonly<Record<string, string>>,
): Completion[] {
  const paths = new Set(['']);
  for (const { path } of commands) {
    const words = path.split(' ');
    for (let count = 1; count <= words.length; count += 1) paths.add(words.slice(0, count).join(' '));
  }
  return [...paths].map((path) => {
    const command = commands.find((one) => one.path === path);
    const below = [...paths].filter(
      (other) => other !== '' && other.split(' ').slice(0, -1).join(' ') === path,
    );
    return {
      path,
      summary: command?.summary ?? groups[path] ?? '',
      commands: below.map((other) => ({
        name: other.split(' ').at(-1) ?? '',
        summary: commands.find((one) => one.path === other)?.summary ?? groups[other] ?? '',
      })),
      flags: command ? [...flagsOf(command), ...commonFlags] : [{ ...commonFlags[3] }],
      words: command ? wordsOf(command) : {},
    };
  });
}

function flagsOf({ options }: Command): Completion['flags'] {
  return Object.entries(options).flatMap(([name, option]) => {
    const [flag = ''] = flagOf(name, option).split(' ');
    const takesValue = option.kind !== 'flag' && option.kind !== 'toggle';
    const made = { name: flag, summary: option.description, takesValue };
    return option.kind === 'toggle'
      ? [made, { ...made, name: `--no-${kebabCase(name)}`, summary: `not: ${option.description}` }]
      : [made];
  });
}

function wordsOf({ args, options }: Command): Completion['words'] {
  const ofArguments = Object.values(args).flatMap(({ words }) => words ?? []);
  return {
    ...(ofArguments.length > 0 ? { '': ofArguments } : {}),
    ...Object.fromEntries(
      Object.entries(options).flatMap(([name, { words }]) =>
        words ? [[`--${kebabCase(name)}`, words]] : [],
      ),
    ),
  };
}
