/** Imports a bundle as Lambda does at a cold start, and prints what it took: `start-bundle.ts <bundle> <function>`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EnvironmentContract } from '../../adapters/runtime/environment.ts';

const [bundle = '', name = ''] = process.argv.slice(2);
const contract = (await import(
  pathToFileURL(join(import.meta.dirname, '..', '..', 'functions', name, 'env.ts')).href
)) as { readonly environment: EnvironmentContract<string> };
for (const variable of contract.environment.names) process.env[variable] = sampleOf(variable);
Object.assign(globalThis, { awslambda: { streamifyResponse: (handler: unknown) => handler } });

const before = process.cpuUsage();
const begun = performance.now();
const { handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler?: unknown };
const wall = performance.now() - begun;
const { user, system } = process.cpuUsage(before);
if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`);
console.log(JSON.stringify({ cpu: (user + system) / 1_000, wall }));
process.exit(0);

function sampleOf(variable: string): string {
  if (/URL|ENDPOINT|ISSUER/.test(variable)) return 'https://example.com';
  return /MAX|SECONDS|ENTRIES|COPIES/.test(variable) ? '10' : 'bench';
}
