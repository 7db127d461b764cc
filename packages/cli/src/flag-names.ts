import type { Option } from './command.ts';

/** `jobName` → `job-name`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** As in the help: `--job-name <name>`. */
export function flagOf(name: string, { kind, placeholder }: Pick<Option, 'kind' | 'placeholder'>): string {
  const flag = `--${kebabCase(name)}`;
  return kind === 'flag' || kind === 'toggle' ? flag : `${flag} ${placeholder ?? '<value>'}`;
}
