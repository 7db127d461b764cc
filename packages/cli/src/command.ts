import type { Outputs } from '../contract/outputs.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Paint } from './output/paint.ts';

/** The nine features, and what belongs to the command line itself. */
export type Feature =
  | 'assets'
  | 'sets'
  | 'uploads'
  | 'library'
  | 'jobs'
  | 'schedules'
  | 'notifications'
  | 'delivery'
  | 'companies'
  | 'command line';

/** An argument without a name: required, optional, or any number from one (`many`) or none (`any`) on. */
export interface Argument<Value = unknown> {
  readonly count: 'one' | 'optional' | 'many' | 'any';
  readonly description: string;
  /** Words that it accepts. All texts unless given. */
  readonly words?: readonly string[];
  /** Never present: carries the type of the value. */
  readonly value?: Value;
}

/** An option with a name. Its flag is its name in kebab-case. */
export interface Option<Value = unknown> {
  readonly kind: 'flag' | 'toggle' | 'text' | 'texts' | 'number' | 'choice' | 'choices';
  readonly description: string;
  /** Stands for the value in the help. */
  readonly placeholder?: string;
  readonly words?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Never present: carries the type of the value. */
  readonly value?: Value;
}

export const one = (description: string): Argument<string> => ({ count: 'one', description });
export const oneOf = <const Word extends string>(
  words: readonly Word[],
  description: string,
): Argument<Word> => ({ count: 'one', description, words });
export const optional = (description: string): Argument<string | undefined> => ({
  count: 'optional',
  description,
});
export const many = (description: string): Argument<readonly string[]> => ({ count: 'many', description });
export const any = (description: string): Argument<readonly string[]> => ({ count: 'any', description });

/** `--name`: false unless given. */
export const flag = (description: string): Option<boolean> => ({ kind: 'flag', description });
/** `--name` or `--no-name`: undefined unless given. */
export const toggle = (description: string): Option<boolean | undefined> => ({ kind: 'toggle', description });
export const text = (placeholder: string, description: string): Option<string | undefined> => ({
  kind: 'text',
  placeholder,
  description,
});
/** May be given several times. */
export const texts = (placeholder: string, description: string): Option<readonly string[] | undefined> => ({
  kind: 'texts',
  placeholder,
  description,
});
/** A whole number. */
export const whole = (min: number, max: number, description: string): Option<number | undefined> => ({
  kind: 'number',
  placeholder: '<number>',
  min,
  max,
  description,
});
export const choice = <const Word extends string>(
  words: readonly Word[],
  description: string,
): Option<Word | undefined> => ({ kind: 'choice', placeholder: '<word>', words, description });
/** Several words with commas between them. */
export const choices = <const Word extends string>(
  words: readonly Word[],
  description: string,
): Option<readonly Word[] | undefined> => ({ kind: 'choices', placeholder: '<words>', words, description });

export type Arguments = Readonly<Record<string, Argument>>;
export type Options = Readonly<Record<string, Option>>;

type ValueOf<Declared> = Declared extends { readonly value?: infer Value } ? Value : never;
type Given<Table> = { readonly [Name in keyof Table]: Exclude<ValueOf<Table[Name]>, never> };

export interface Column<Item> {
  readonly title: string;
  readonly right?: true;
  readonly cell: (item: Item, paint: Paint) => string;
}

/** How results are shown to people: as rows of one table, or each as lines. */
export type Show<Item> =
  | { readonly columns: readonly Column<Item>[] /** Shown if there is no row. */; readonly none: string }
  | { readonly lines: (item: Item, paint: Paint) => readonly string[] };

export interface Example {
  readonly command: string;
  readonly does: string;
}

/** One command, without the types of its arguments. */
export interface Command {
  /** Words after `pressroom`, as in `jobs ls`. */
  readonly path: string;
  readonly feature: Feature;
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly notes?: readonly string[];
  readonly args: Arguments;
  readonly options: Options;
  readonly examples: readonly Example[];
  readonly show: Show<never>;
  /** False: needs no installation. Unless given, the command needs an installation and a company. */
  readonly connects?: false | 'without company';
  run(context: Context, given: never): AsyncGenerator<unknown, ExitCode | undefined, undefined>;
}

interface Definition<Path extends keyof Outputs, Args extends Arguments, Opts extends Options> {
  readonly path: Path;
  readonly feature: Feature;
  readonly summary: string;
  readonly notes?: readonly string[];
  readonly args: Args;
  readonly options: Opts;
  readonly examples: readonly [Example, ...Example[]];
  readonly show: Show<Outputs[Path]>;
  readonly connects?: false | 'without company';
  /**
   * Yields results: with `--json`, each is printed as one line that fits the command's schema.
   * @returns the exit code; 0 unless given
   */
  run(
    context: Context,
    given: Given<Args> & Given<Opts>,
  ): AsyncGenerator<Outputs[Path], ExitCode | undefined, undefined>;
}

/** Checks the types of a command: those of its arguments, options and results. */
export function defineCommand<
  Path extends keyof Outputs,
  const Args extends Arguments,
  const Opts extends Options,
>(definition: Definition<Path, Args, Opts>): Command {
  return definition as unknown as Command;
}
