/** `npm run bench -- <name>`: runs one of the measurements in this folder, which writes to bench/results/. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [name = '', ...parameters] = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.replace(/\.ts$/, ''));
const file = join(import.meta.dirname, `${name}.ts`);

if (!names.includes(name) || !existsSync(file)) {
  console.error(`Use one of: ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  const { run } = (await import(file)) as { run: (parameters: readonly string[]) => Promise<void> };
  await run(parameters);
}
