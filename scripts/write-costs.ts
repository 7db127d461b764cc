/**
 * `npm run costs`: writes docs/costs.md, and the figures of README.md and docs/operations.md that come from it. With
 * arguments it prints the page instead: `npm run costs -- --assets 250000 --requests 20000000`. A test fails if a page
 * differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTextBetweenMarkers } from '../bench/support/marked-text.ts';
import { assumptionTexts, defaultAssumptions, readAssumptions } from './costs/assumptions.ts';
import { readDeployment } from './costs/deployment.ts';
import { readMeasured } from './costs/measured.ts';
import { alarmsText, costsPage, idleText, readmeTable } from './costs/page.ts';
import { commandErrorText } from './deployment/command-error.ts';

/** The pages with figures about costs, by their paths from the root. */
export function pagesWithCosts(): Readonly<Record<string, string>> {
  const facts = [defaultAssumptions, readDeployment(), readMeasured()] as const;
  const [, deployed] = facts;
  return {
    'docs/costs.md': costsPage(...facts),
    'README.md': withTextBetweenMarkers(read('README.md'), 'costs', readmeTable(...facts)).replace(
      /an idle installation costs about \$\d+ a month/,
      `an idle installation costs about ${idleText(...facts)} a month`,
    ),
    'docs/operations.md': read('docs/operations.md').replace(/^- Alarms: .*$/m, alarmsText(deployed)),
  };
}

const usage = `npm run costs [-- <assumptions>]
Without assumptions it writes docs/costs.md. With some it prints the page:
${Object.entries(assumptionTexts)
  .map(([name, { value, text }]) => `  --${name.padEnd(20)} ${text} (default: ${value})`)
  .join('\n')}`;

/** Writes the pages. */
export function writeCosts(): void {
  for (const [page, text] of Object.entries(pagesWithCosts())) writeFileSync(pathOf(page), text);
}

const pathOf = (page: string) => fileURLToPath(new URL(`../${page}`, import.meta.url));

function read(page: string): string {
  return readFileSync(pathOf(page), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const parameters = process.argv.slice(2);
  try {
    if (parameters.length === 0) writeCosts();
    else console.log(costsPage(readAssumptions(parameters), readDeployment(), readMeasured()));
  } catch (error) {
    console.error(`${commandErrorText(error)}\n\n${usage}`);
    process.exitCode = 2;
  }
}
