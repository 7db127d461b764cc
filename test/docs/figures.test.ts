/** Figures that pages quote, compared with what the benches measured, with the templates and with defaults in the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jobDays } from '../../adapters/dynamodb/keys.ts';
import { type ModelResults, modelTables } from '../../bench/publish/model-tables.ts';
import { maxPublications } from '../../domain/assets/asset-published.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { maxReplySide } from '../../domain/delivery/image-commands.ts';
import { maxAssetTags } from '../../domain/delivery/invalidation.ts';
import {
  maxAltTextLength,
  maxDescriptionLength,
  maxFields,
  maxKeywordLength,
  maxKeywords,
  maxMetadataBytes,
  maxTitleLength,
} from '../../domain/library/limits.ts';
import { redirectDays, trashDays } from '../../domain/library/trash.ts';
import { maxChainDepth } from '../../domain/notifications/chain.ts';
import { retryDelays } from '../../domain/notifications/next-attempt.ts';
import { maxSchedules } from '../../domain/schedules/schedule.ts';
import { maxPresets } from '../../domain/sets/batch-set-preset.ts';
import { maxMembers } from '../../domain/sets/member-rules.ts';
import { maxFiles, multipartAbove, uploadOpenHours } from '../../domain/uploads/limits.ts';
import { deriveConcurrency } from '../../infra/concurrency.ts';
import { readConfig } from '../../infra/config.ts';
import { marked, readDocument, tableRows } from '../support/documents.ts';

interface CostItem {
  readonly label: string;
  readonly kind: 'copy' | 'database' | 'orchestration';
  readonly calls: number;
  readonly unit: string;
  readonly perMillion: number;
}

const { figures, cost } = JSON.parse(readFileSync('bench/results/publish.json', 'utf8')) as {
  figures: Readonly<Record<string, number>>;
  cost: { lines: readonly CostItem[]; totalPerMillion: number };
};
const config = readConfig({});

it('docs/decisions/0009: ten million assets cost ten times a million', () => {
  const page = readDocument('docs/decisions/0009-ten-million-assets-are-no-special-case.md');
  expect(page).toContain(`costs about $${(cost.totalPerMillion * 10).toFixed(2)}`);
});

describe('the page about performance', () => {
  const page = readDocument('docs/performance.md');

  it('has the tables of the model that its results make', () => {
    const results = JSON.parse(readFileSync('bench/results/publish-model.json', 'utf8')) as ModelResults;
    expect(marked(page, 'model-figures').trim()).toBe(modelTables(results).trim());
    expect(results.ours.runs.length).toBeGreaterThanOrEqual(3);
    expect(results.simulate.map(({ given }) => given.assets)).toEqual(
      expect.arrayContaining([10_000, 100_000, 1_000_000, 10_000_000]),
    );
  });

  it('has every measured figure', () => {
    const measured = tableRows(marked(page, 'publish-figures'))
      .slice(0, Object.keys(figures).length)
      .map(([, value]) => Number(value));
    expect(measured).toEqual(Object.values(figures));
  });

  it('says in words what the figures say', () => {
    const slower = Math.round((1 - (figures.throughputRatio ?? 0)) * 100);
    expect(page).toContain(`The job is some ${slower} % slower than the faster of the others`);
    const of = (picks: (line: CostItem) => boolean) =>
      cost.lines.filter(picks).reduce((sum, { perMillion }) => sum + perMillion, 0);
    const share = of(({ unit }) => unit === 'GB-seconds') / of(({ kind }) => kind === 'orchestration');
    expect(share).toBeCloseTo(0.2, 1);
    expect(page).toContain('a fifth of the orchestration');
  });
});

it('docs/operations.md lists every setting of a deployment with its default', () => {
  const section = readDocument('docs/operations.md').split('## Settings')[1]?.split(/\n##/)[0] ?? '';
  const listed = new Map(
    tableRows(section).flatMap(([names = '', value = '']) =>
      names.split(', ').map((name) => [name.replaceAll('`', ''), value.replaceAll('`', '')] as const),
    ),
  );
  const defaults = Object.entries(config).map(
    ([name, value]) => [name, String(value ?? '') || 'none'] as const,
  );
  const optional = [
    'accountConcurrency',
    'warmThroughput',
    'alarmEmail',
    'mailFrom',
    'deliveryDomain',
    'deliveryCertificateArn',
  ];
  expect(new Map([...defaults, ...optional.map((name) => [name, 'none'] as const)])).toEqual(listed);
});

it('docs/operations.md lists what follows from the concurrency of an account', () => {
  const section = readDocument('docs/operations.md').split('### Concurrency')[1]?.split(/\n##/)[0] ?? '';
  const names = [
    'imageConcurrency',
    'apiConcurrency',
    'publishConcurrency',
    'ingestConcurrency',
    'partConcurrency',
    'maxRunningJobs',
  ] as const;
  const rows = tableRows(section).filter(([account = '']) => /^\d/.test(account));
  expect(rows.map(([account]) => account)).toEqual(['10', '100', '1,000', '10,000']);
  for (const [account = '', ...cells] of rows) {
    const derived = deriveConcurrency({ accountConcurrency: Number(account.replace(',', '')) });
    expect(cells, account).toEqual(names.map((name) => derived[name]?.toLocaleString('en') ?? 'none'));
  }
});

it('docs/companies.md lists every setting of a company with its default', () => {
  const section = readDocument('docs/companies.md').split('## Settings')[1]?.split('\n## ')[0] ?? '';
  const listed = Object.fromEntries(
    tableRows(section).map(([name = '', value = '']) => [
      name.replaceAll('`', ''),
      value.replaceAll('`', ''),
    ]),
  );
  const defaults = Object.entries(defaultSettings).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ]);
  expect(listed).toEqual(Object.fromEntries(defaults));
});

const count = (value: number) => value.toLocaleString('en-US');

/** What pages say, with the values that the code has. */
const quoted: readonly (readonly [page: string, text: string])[] = [
  ['CHANGELOG.md', `A part of a job holds ${config.partEntries} assets by default`],
  ['docs/architecture.md', `part files of up to ${config.partEntries} assets`],
  ['docs/architecture.md', `publish-part copies ${config.copiesAtATime} assets at a time`],
  ['docs/glossary.md', `Up to ${config.partEntries} assets of a plan`],
  ['docs/jobs.md', `kept for 13 months (${jobDays} days)`],
  ['docs/jobs.md', `by the company's tag above ${maxAssetTags} assets`],
  ['docs/delivery.md', `Up to ${maxAssetTags} assets are invalidated by one tag each`],
  ['docs/delivery.md', `${count(maxReplySide)} × ${count(maxReplySide)} pixels`],
  ['docs/events.md', `One event contains up to ${maxPublications} publications`],
  ['docs/library.md', `After ${trashDays} days`],
  ['docs/library.md', `stays reserved for ${redirectDays} days`],
  ['docs/library.md', `| \`title\` | ${maxTitleLength} characters |`],
  ['docs/library.md', `| \`description\` | ${count(maxDescriptionLength)} characters`],
  ['docs/library.md', `| \`altText\` | ${count(maxAltTextLength)} characters |`],
  ['docs/library.md', `| \`keywords\` | ${maxKeywords} keywords of ${maxKeywordLength} characters`],
  ['docs/library.md', `| \`fields\` | ${maxFields} fields by name |`],
  ['docs/library.md', `at most ${count(maxMetadataBytes)} bytes of metadata`],
  ['docs/companies.md', `| metadata of an asset | ${count(maxMetadataBytes)} bytes |`],
  ['docs/companies.md', `| schedules of a company | ${maxSchedules} |`],
  ['docs/companies.md', `| batch set presets of a company | ${maxPresets} |`],
  ['docs/companies.md', `| members of a set | ${count(maxMembers)} |`],
  ['docs/companies.md', `| files in an upload | ${count(maxFiles)} |`],
  [
    'docs/companies.md',
    `${config.apiRequestsPerSecond} a second, bursts of ${config.apiRequestsPerSecond * 2}`,
  ],
  ['docs/schedules.md', `at most ${maxSchedules} schedules`],
  ['docs/sets.md', `1 to ${count(maxMembers)} members`],
  ['docs/sets.md', `a company has at most ${maxPresets}`],
  ['docs/notifications.md', `A job at depth ${maxChainDepth} triggers no other job`],
  [
    'docs/notifications.md',
    '| delay after the previous one | none | 5 s | 5 min | 30 min | 2 h | 5 h | 10 h | 14 h | 20 h | 24 h |',
  ],
  ['docs/uploads.md', `Files up to ${multipartAbove / 1024 ** 2} MiB are sent with one presigned PUT`],
  ['docs/uploads.md', `An upload accepts files for ${uploadOpenHours} hours`],
];

it.each(quoted)('%s says "%s"', (page, text) => {
  expect(readDocument(page)).toContain(text);
});

it('the delays of notifications in docs/notifications.md are those of the code', () => {
  expect(retryDelays).toEqual([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
});
