import type { Argument, Command, Feature } from '../src/command.ts';
import { commonFlags } from '../src/command-line/completions-of.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { flagOf, kebabCase } from '../src/flag-names.ts';
import { descriptionOf } from '../src/program.ts';

const titles: Readonly<Record<Feature, string>> = {
  companies: 'Companies',
  uploads: 'Uploads',
  library: 'Library',
  assets: 'Assets',
  sets: 'Sets',
  jobs: 'Jobs',
  schedules: 'Schedules',
  notifications: 'Notifications',
  delivery: 'Delivery',
  'command line': 'Command line',
};

/** The reference of every command, as Markdown. */
export function referenceText(commands: readonly Command[]): string {
  const features = Object.keys(titles) as Feature[];
  return features
    .map((feature) => ({ feature, own: commands.filter((command) => command.feature === feature) }))
    .filter(({ own }) => own.length > 0)
    .map(({ feature, own }) => `## ${titles[feature]}\n\n${own.map(commandText).join('\n')}`)
    .join('\n');
}

/** The exit codes, as a Markdown table. */
export function exitCodeTable(): string {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return ['| code | meaning |', '|---|---|', ...rows].join('\n');
}

function commandText({ path, summary, notes = [], args, options, examples }: Command): string {
  const usage = ['pressroom', path, ...Object.entries(args).map(argumentForm)].join(' ');
  const rows = [
    ...Object.entries(args).map(([name, argument]) => [`<${kebabCase(name)}>`, descriptionOf(argument)]),
    ...Object.entries(options).map(([name, option]) => {
      const flag = flagOf(name, option);
      return [
        option.kind === 'toggle' ? `${flag}\`, \`--no-${kebabCase(name)}` : flag,
        option.kind === 'texts'
          ? `${descriptionOf(option)}; can be given several times`
          : descriptionOf(option),
      ];
    }),
  ];
  return [
    `### ${path}`,
    '',
    `${summary}.`,
    '',
    '```sh',
    `${usage}${rows.length > Object.keys(args).length ? ' [options]' : ''}`,
    '```',
    '',
    ...notes.flatMap((note) => [note, '']),
    ...(rows.length === 0
      ? []
      : [
          '| argument or option | meaning |',
          '|---|---|',
          ...rows.map(([name, text = '']) => `| \`${name}\` | ${escaped(text)} |`),
          '',
        ]),
    '```sh',
    ...examples.map(({ command, does }) => `pressroom ${command}  # ${does}`),
    '```',
    '',
  ].join('\n');
}

function argumentForm([name, { count }]: [string, Argument]): string {
  const shown = kebabCase(name);
  return { one: `<${shown}>`, optional: `[${shown}]`, many: `<${shown}...>`, any: `[${shown}...]` }[count];
}

const escaped = (text: string) => text.replaceAll('|', '\\|');

/** Options of every command, as a Markdown table. */
export function commonOptionTable(): string {
  const rows = commonFlags.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
  return ['| option | meaning |', '|---|---|', ...rows].join('\n');
}

export interface BenchResults {
  readonly given: { readonly files: number; readonly megabytes: number };
  readonly figures: {
    readonly uploadRatio: number;
    readonly syncRatio: number;
    readonly unchangedRatio: number;
  };
  readonly memory: readonly { readonly files: number; readonly megabytes: number }[];
}

/** What bench/results/cli.json says, as Markdown. */
export function speedText({ given, figures, memory }: BenchResults): string {
  const [few, many] = memory;
  return [
    `\`npm run bench -- cli\` uploads ${given.files.toLocaleString('en')} files with ${given.megabytes} MB by \`pressroom\` and by \`aws s3 sync\`, to one storage in memory with the latencies of a region. For \`pressroom\`, an API in memory also records each file.`,
    '',
    '| | speed, as a multiple of `aws s3 sync` |',
    '|---|---|',
    `| \`pressroom upload\` | ${figures.uploadRatio} |`,
    `| \`pressroom sync\` | ${figures.syncRatio} |`,
    `| \`pressroom sync\` with nothing to send, compared by SHA-256 (\`aws\`: by size and time) | ${figures.unchangedRatio} |`,
    '',
    `Memory: ${few?.megabytes} MB for ${few?.files.toLocaleString('en')} small files, ${many?.megabytes} MB for ${many?.files.toLocaleString('en')}.`,
  ].join('\n');
}
