/**
 * Environments: named installations, each with a file `environments/<name>.json` that holds its account, its region and
 * its settings.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { readConfig } from './config.ts';

const folder = fileURLToPath(new URL('../environments', import.meta.url));

const target = z.object({
  account: z.string().regex(/^\d{12}$/, 'must be the 12 digits of an AWS account in quotation marks'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region, as in eu-central-1'),
});

const value = z.union([
  z.string(),
  z.number(),
  z
    .array(z.string())
    .min(1)
    .transform((list) => list.join(',')),
]);

const schema = z.intersection(target, z.record(z.string(), value));

export interface DeployEnvironment {
  readonly account: string;
  readonly region: string;
  /** As in infra/config.ts, not yet checked there. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The path of an environment's file, whether or not it exists. */
export function environmentFile(name: string, within: string = folder): string {
  return join(within, `${name}.json`);
}

/**
 * Reads and checks `environments/<name>.json`.
 * @throws Error that says what is wrong in the file, with every wrong setting, or which environments there are
 */
export function readEnvironment(name: string, within: string = folder): DeployEnvironment {
  const file = environmentFile(name, within);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || !existsSync(file)) {
    const names = globSync('*.json', { cwd: within }).map((found) => basename(found, '.json'));
    throw new Error(
      `The environment "${name}" does not exist. There are: ${names.sort().join(', ') || 'none'}. Each is a file environments/<name>.json.`,
    );
  }
  const result = schema.safeParse(parse(file));
  if (!result.success)
    throw new Error(
      `environments/${name}.json is wrong.\n${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')}`,
    );
  const { account, region, ...settings } = result.data;
  try {
    readConfig(settings);
  } catch (error) {
    throw new Error(`environments/${name}.json: ${(error as Error).message}`);
  }
  return { account, region, settings };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`environments/${basename(file)} is not valid JSON: ${(error as Error).message}`);
  }
}
