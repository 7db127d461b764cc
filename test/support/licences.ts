/** Licences of packages that are part of what the project ships, and the committed lists of them in licences/. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

export interface Package {
  readonly name: string;
  readonly licence: string;
}

/** The package that a file belongs to: the nearest package.json with a name. */
export function packageOf(file: string): Package {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, license } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name?: string;
      license?: unknown;
    };
    if (name) return { name, licence: String(license) };
  }
  throw new Error(`${file} belongs to no package`);
}

/** Whether an SPDX expression lets us choose permissive terms only. */
export function isPermissive(expression: string): boolean {
  const text = expression.replace(/[()]/g, ' ').trim();
  if (text.includes(' OR ')) return text.split(' OR ').some(isPermissive);
  return text.split(' AND ').every((licence) => permissive.has(licence.trim()));
}

/** Licences by the name of the package, in the order of names. */
export const byName = (packages: readonly Package[]): Record<string, string> =>
  Object.fromEntries(packages.map(({ name, licence }) => [name, licence] as const).sort());

/** A list as it is committed: without versions, which the bill of materials of a release has. */
export const listOf = (packages: readonly Package[]): string =>
  Object.entries(byName(packages))
    .map(([name, licence]) => `${name}: ${licence}\n`)
    .join('');

/** The file of a list, for `toMatchFileSnapshot`. */
export const listFile = (part: string): string =>
  join(import.meta.dirname, '..', '..', 'licences', `${part}.txt`);

/** Packages in the text of licences that the build of the command line writes: `name version (licence)`. */
export function packagesInText(text: string): Package[] {
  return text.split(/^-{80}$/m).map((entry) => {
    const [heading = ''] = entry.trim().split('\n');
    const [, name = '', licence = ''] = /^(\S+) \S+ \((.*)\)$/.exec(heading) ?? [];
    if (name === '') throw new Error(`'${heading}' names no package`);
    return { name, licence };
  });
}
