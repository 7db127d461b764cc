/**
 * Writes the templates of this release to test/infra/baseline, for the test that compares later ones with them. Run it
 * when a release is made, never to silence that test: what it finds would happen in every deployed installation.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePressroom } from '../infra/pressroom.ts';
import { baselineFolder, baselineSettings, testEnvironment, withoutCode } from '../test/infra/baseline.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

if (process.argv.length > 2) {
  console.error('npm run baseline takes no arguments. It replaces the templates in test/infra/baseline.');
  process.exit(2);
}
mkdirSync(baselineFolder, { recursive: true });
for (const [name, context] of Object.entries(baselineSettings)) {
  const outdir = mkdtempSync(join(tmpdir(), 'pressroom-baseline-'));
  makePressroom({ outdir, analyticsReporting: false, context }, testEnvironment).synth();
  const templates = readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .sort()
    .map((file) => {
      const template = withoutCode(JSON.parse(readFileSync(join(outdir, file), 'utf8'))) as Record<
        string,
        object
      >;
      return [file.replace(/^pressroom-|\.template\.json$/g, ''), template] as const;
    });
  writeFileSync(join(baselineFolder, `${name}.json`), print(version, templates));
  rmSync(outdir, { recursive: true });
}

/** A line for each resource, output and the like, so that a change of one shows as one. */
function print(release: string, templates: readonly (readonly [string, Record<string, object>])[]): string {
  const section = ([name, entries]: [string, object]) =>
    `${JSON.stringify(name)}: {\n${Object.entries(entries)
      .map(([id, value]) => `${JSON.stringify(id)}: ${JSON.stringify(value)}`)
      .join(',\n')}\n}`;
  const stacks = templates.map(
    ([stack, template]) =>
      `${JSON.stringify(stack)}: {\n${Object.entries(template)
        .filter(([, value]) => typeof value === 'object')
        .map(section)
        .join(',\n')}\n}`,
  );
  return `{\n"version": ${JSON.stringify(release)},\n"templates": {\n${stacks.join(',\n')}\n}\n}\n`;
}
