import { readFileSync, writeFileSync } from 'node:fs';
import { environmentFile } from '../../infra/environment.ts';

/**
 * Writes the setting `accountConcurrency` into an environment's file; everything else in it stays.
 * @returns whether the file had another value
 */
export function saveConcurrency(name: string, limit: number, within?: string): boolean {
  const file = environmentFile(name, within);
  const environment = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  if (environment.accountConcurrency === limit) return false;
  writeFileSync(file, `${JSON.stringify({ ...environment, accountConcurrency: limit }, null, 2)}\n`);
  return true;
}
