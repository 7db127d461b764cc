/**
 * Writes the reference pages that come from code: docs/api/<feature>.md from the contract, docs/errors.md from the
 * catalogue of errors. `npm run reference`. A test fails if a page differs.
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openapiDocument } from '../packages/api/openapi-document.ts';
import { publicRoutes, routes, signedInRoutes } from '../packages/api/routes.ts';
import { apiPage } from './reference/api-page.ts';
import { errorsPage } from './reference/errors-page.ts';

const root = join(import.meta.dirname, '..');

const features = [
  'assets',
  'sets',
  'uploads',
  'library',
  'jobs',
  'schedules',
  'notifications',
  'delivery',
  'companies',
] as const;

/** The pages by their path from the root of the repository. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const document: unknown = JSON.parse(JSON.stringify(openapiDocument()));
  const pages = new Map<string, string>([['docs/errors.md', errorsPage()]]);
  for (const feature of features)
    pages.set(`docs/api/${feature}.md`, apiPage(feature, await operationsOf(feature), document));
  return pages;
}

/** Ids of the operations whose contract is in the folder of a feature, in the order of all routes. */
async function operationsOf(feature: string): Promise<readonly string[]> {
  const own = new Set<string>();
  for (const file of globSync(`packages/api/${feature}/*-routes.ts`, { cwd: root })) {
    const exports = (await import(join(root, file))) as Readonly<Record<string, object>>;
    for (const [name, value] of Object.entries(exports))
      if (name.endsWith('Routes')) for (const id of Object.keys(value)) own.add(id);
  }
  return Object.keys({ ...routes, ...publicRoutes, ...signedInRoutes }).filter((id) => own.has(id));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [file, text] of await referencePages()) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
