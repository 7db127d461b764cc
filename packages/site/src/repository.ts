import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the repository. */
export const repositoryRoot = join(import.meta.dirname, '..', '..', '..');

/** @returns address of the repository on the web, as package.json names it; undefined if it names none */
export function repositoryAddress(): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    repository?: string | { url: string };
  };
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}
