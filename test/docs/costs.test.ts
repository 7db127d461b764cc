/** The pages about costs are what `npm run costs` writes, and its lines are right. */
import { describe, expect, it } from 'vitest';
import { defaultAssumptions, readAssumptions } from '../../scripts/costs/assumptions.ts';
import { type Deployment, readDeployment } from '../../scripts/costs/deployment.ts';
import { readMeasured } from '../../scripts/costs/measured.ts';
import { type Group, monthOf } from '../../scripts/costs/month.ts';
import { costsPage } from '../../scripts/costs/page.ts';
import { pagesWithCosts } from '../../scripts/write-costs.ts';
import { readDocument, tableRows } from '../support/documents.ts';

const deployed = readDeployment();
const measured = readMeasured();

/** Dollars of the only line whose label begins so. */
function dollarsOf(start: string, given = {}, deployment: Deployment = deployed): number {
  const lines = monthOf({ ...defaultAssumptions, ...given }, deployment, measured).filter(({ label }) =>
    label.startsWith(start),
  );
  expect(lines).toHaveLength(1);
  return lines[0]?.dollars ?? Number.NaN;
}

function sumOf(group: Group): number {
  return monthOf(defaultAssumptions, deployed, measured)
    .filter((line) => line.group === group)
    .reduce((sum, { dollars }) => sum + dollars, 0);
}

describe('the pages about costs', () => {
  it.each(Object.entries(pagesWithCosts()))('%s is what npm run costs writes', (page, text) => {
    expect(readDocument(page)).toBe(text);
  });

  it('quote the month of docs/costs.md in the README', () => {
    const readme = readDocument('README.md');
    expect(readme).toContain(`an idle installation costs about $${Math.round(sumOf('idle'))} a month`);
    expect(readme).toContain(`**about $${Math.round(sumOf('delivery') / 5) * 5}**; the image server`);
    expect(readme).toContain(`**$${measured.publishJob.totalPerMillion.toFixed(2)}**`);
  });

  it('add up', () => {
    const page = readDocument('docs/costs.md').split('## Assumptions')[0] ?? '';
    const cells = tableRows(page).map(([label = '', , cell = '']) => ({
      label,
      dollars: Number(/[\d,]+\.\d\d/.exec(cell)?.[0]?.replaceAll(',', '')),
    }));
    const total = cells.find(({ label }) => label === '**together**')?.dollars;
    const groups = cells.filter(({ label }) => label.startsWith('**') && label !== '**together**');
    const lines = cells.filter(({ label }) => !label.startsWith('**'));
    const sum = (rows: typeof cells) => rows.reduce((all, { dollars }) => all + dollars, 0);
    expect(groups).toHaveLength(4);
    expect(sum(groups)).toBeCloseTo(total ?? 0, 1);
    expect(sum(lines)).toBeCloseTo(total ?? 0, 0);
  });
});

describe('the deployment', () => {
  it('is counted in the templates', () => {
    expect(deployed.alarms).toBeGreaterThan(20);
    expect(deployed.alarmMetrics).toBeGreaterThanOrEqual(deployed.alarms);
    expect(deployed.polledQueues).toBeGreaterThan(2);
    expect(deployed.scheduled.map((one) => one.function.name)).toEqual(
      expect.arrayContaining(['clean-up-library', 'reconcile-jobs', 'reconcile-schedules']),
    );
    expect(deployed.logDays).toBe(90);
    expect(deployed.functionOf('serve-image')).toMatchObject({ isX86: true, isTraced: true });
  });

  it('says which function is missing', () => {
    expect(() => deployed.functionOf('serve-pictures')).toThrow('no function serve-pictures');
  });
});

describe('a line of the month', () => {
  it.each<[string, string, object, number]>([
    // 5 million × 2 GB × 0.14 s × $0.0000166667 + 5 million × $0.0000002
    ['of the image server follows the memory that is deployed', 'image server', {}, 24.33],
    ['of the image server is halved with half the misses', 'image server', { 'hit-percent': 97.5 }, 12.17],
    ['of the transfer is 4,500 GB at $0.085', 'transfer', {}, 382.5],
    ['of the requests is $1 for a million', 'requests to CloudFront', {}, 100],
    ['of the masters is 600 GB at $0.023', 'masters', {}, 13.8],
    ['of the copies doubles with a second server', 'copies on the servers', { servers: 2 }, 23],
    // A million records of 3.5 kB.
    ['of the backups counts tables without indexes', 'point-in-time', {}, 0.7],
    // One call in a second at most is traced, and 5 % of the others.
    ['of the traces of few calls has nearly all of them', 'traces', { requests: 1_000 }, 0.00025],
  ])('%s', (_, line, given, dollars) => {
    expect(dollarsOf(line, given)).toBeCloseTo(dollars, dollars < 0.01 ? 6 : 2);
  });

  it('of published assets costs one write unit more for each kilobyte of metadata', () => {
    const [small, large] = [0, 2_500].map((bytes) =>
      dollarsOf('assets published', { 'metadata-bytes': bytes, publishes: 1e6 }),
    );
    expect((large ?? 0) - (small ?? 0)).toBeCloseTo(3 * 0.625, 6);
  });

  it('of the image server is priced at the memory of the template', () => {
    const twice: Deployment = {
      ...deployed,
      functionOf: (name) => ({ ...deployed.functionOf(name), megabytes: 4_096 }),
    };
    expect(dollarsOf('image server', {}, twice)).toBeCloseTo(47.67, 2);
  });

  it('of the alarms is $0.10 for each of their metrics', () => {
    expect(dollarsOf(`${deployed.alarms} alarms`)).toBeCloseTo(deployed.alarmMetrics * 0.1, 6);
  });
});

describe('the arguments', () => {
  it('replace assumptions, and the page has the month of these', () => {
    const page = costsPage(
      readAssumptions(['--assets=250000', '--requests', '20000000']),
      deployed,
      measured,
    );
    expect(page).toContain('## A month with 250,000 assets and 20,000,000 requests');
    expect(page).toContain('| transfer from CloudFront | 900 GB | $76.50 |');
  });

  it.each([
    ['--assets=many', "--assets: 'many' is wrong. Use a number from 0"],
    ['--assets=-1', "--assets: '-1' is wrong"],
    ['--hit-percent=950', '--hit-percent: 950 is wrong. Use a percentage from 0 to 100.'],
    ['--asets=1', 'asets'],
  ])('%s is refused', (argument, text) => {
    expect(() => readAssumptions([argument])).toThrow(text);
  });
});
