/** Figures that pages quote, compared with what the benches measured, with the templates and with defaults in the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jobDays } from '../../adapters/dynamodb/keys.ts';
import { prices } from '../../bench/support/prices.ts';
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

interface Row {
  readonly label: string;
  readonly copies: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly puts: number;
  readonly writesTo: Readonly<Record<string, number>>;
}

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
const writes = new Map(
  Object.entries(
    JSON.parse(readFileSync('bench/results/write-amplification.json', 'utf8')) as Record<
      string,
      Partial<Row>
    >,
  ).filter((entry): entry is [string, Row] => entry[1].label !== undefined),
);

const readme = readDocument('README.md');
const costs = readDocument('docs/costs.md');
const config = readConfig({});

/** Dollars of the lines that a condition picks. */
function dollars(picks: (line: CostItem) => boolean): string {
  const sum = cost.lines.filter(picks).reduce((all, { perMillion }) => all + perMillion, 0);
  return `$${sum.toFixed(2)}`;
}

/** The number that a table cell begins with: `**$1,234.50**` is 1234.5. */
const numberIn = (cell = '') => Number(/[\d,]+(?:\.\d+)?/.exec(cell)?.[0]?.replaceAll(',', ''));

/** How many resources of a type the snapshots of the templates have. */
function resourceCount(type: string): number {
  const stacks = [
    'api',
    'data',
    'delivery',
    'ingest',
    'library',
    'notification',
    'observability',
    'publishing',
    'schedules',
  ];
  return stacks
    .map(
      (stack) =>
        readFileSync(`test/infra/snapshots/${stack}.snap`, 'utf8').split(`"Type": "${type}"`).length - 1,
    )
    .reduce((sum, count) => sum + count, 0);
}

describe('the cost of publishing', () => {
  it('in the README is the one that the bench measured', () => {
    expect(readme).toContain(`publish a million images | **$${cost.totalPerMillion.toFixed(2)}**`);
    expect(readme).toContain(
      [
        `copies ${dollars(({ kind }) => kind === 'copy')}`,
        `write units ${dollars(({ unit }) => unit === 'write units')}`,
        `read units ${dollars(({ unit }) => unit === 'read units')}`,
        `orchestration ${dollars(({ kind }) => kind === 'orchestration')}`,
      ].join(', '),
    );
  });

  it('in docs/costs.md has every measured line', () => {
    const rows = tableRows(marked(costs, 'publish-cost'));
    expect(rows.map(([label]) => label)).toEqual([...cost.lines.map(({ label }) => label), '**together**']);
    for (const [index, { calls, perMillion }] of cost.lines.entries()) {
      expect(numberIn(rows[index]?.[1])).toBe(calls);
      expect(numberIn(rows[index]?.[2])).toBeCloseTo(perMillion, 2);
    }
    expect(numberIn(rows.at(-1)?.[2])).toBe(cost.totalPerMillion);
    expect(costs).toContain(`**${figures.costRatio}** times`);
    expect(costs).toContain(`${figures.orchestrationRatio} times`);
  });

  it('of ten million assets is ten times that', () => {
    const page = readDocument('docs/decisions/0009-ten-million-assets-are-no-special-case.md');
    expect(page).toContain(`costs about $${(cost.totalPerMillion * 10).toFixed(2)}`);
  });
});

describe('the page about performance', () => {
  const page = readDocument('docs/performance.md');

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

describe('what actions write', () => {
  it('in the table of docs/costs.md is what the bench measured', () => {
    const rows = tableRows(marked(costs, 'write-amplification'));
    expect(rows.map(([label, ...units]) => [label, ...units.slice(0, 4).map(Number)])).toEqual(
      [...writes.values()].map(({ label, copies, writeUnits, readUnits, puts }) => [
        label,
        copies,
        writeUnits,
        readUnits,
        puts,
      ]),
    );
  });

  it('in the text about uploads is what the bench measured', () => {
    const upload = writes.get('upload');
    const uploadAndPublish = writes.get('uploadAndPublish');
    const unitsOf = (table: string) =>
      Object.entries(upload?.writesTo ?? {})
        .filter(([name]) => name.startsWith(table))
        .reduce((sum, [, units]) => sum + units, 0);
    expect(costs).toContain(
      `${upload?.writeUnits} to ${uploadAndPublish?.writeUnits} write units (table above): ` +
        `${unitsOf('AssetTable')} for the asset, ${unitsOf('JobTable')} for the job`,
    );
  });
});

describe('the cost of delivery', () => {
  const rows = tableRows(marked(costs, 'delivery-cost'));
  const sum = rows.slice(0, -1).reduce((all, [, cell]) => all + numberIn(cell), 0);

  it('adds up, and the README rounds it to $5', () => {
    expect(numberIn(rows.at(-1)?.[1])).toBe(Math.round(sum / 5) * 5);
    expect(readme).toContain(`**about $${Math.round(sum / 5) * 5}**; the image server is about $30 of it`);
  });

  it('follows from the list prices', () => {
    const million = 1e6;
    // CloudFront, first 10 TB a month, North America and Europe; requests over HTTPS; CloudFront Functions.
    const cloudFront = { request: 1 / million, gigabyte: 0.085, functionCall: 0.1 / million };
    // serve-image runs on x86 (docs/decisions/0003).
    const x86GigabyteSecond = 0.0000166667;
    const expected = [
      100 * million * cloudFront.request,
      4_500 * cloudFront.gigabyte,
      5 * million * (0.35 * x86GigabyteSecond + prices.lambdaRequest),
      5 * million * prices.s3Get,
      100 * million * cloudFront.functionCall,
    ];
    expect(rows.slice(0, -1).map(([, cell]) => numberIn(cell))).toEqual(
      expected.map((value) => Number(value.toFixed(2))),
    );
  });
});

describe('the cost of an idle installation', () => {
  const alarms = resourceCount('AWS::CloudWatch::Alarm');
  const polled = resourceCount('AWS::Lambda::EventSourceMapping');
  const rows = tableRows(marked(costs, 'idle-cost'));

  it('follows from the number of alarms and polled queues', () => {
    expect(alarms).toBeGreaterThan(20);
    expect(rows[0]?.[0]).toBe(`${alarms} alarms at $0.10`);
    expect(numberIn(rows[0]?.[1])).toBeCloseTo(alarms * 0.1, 2);
    expect(rows[1]?.[0]).toContain(`${polled} queues, about 15 requests a minute each`);
    // $0.40 a million requests; a month has 43,830 minutes.
    expect(numberIn(rows[1]?.[1])).toBeCloseTo(polled * 15 * 43_830 * (0.4 / 1e6), 2);
  });

  it('adds up, and the README and the runbook quote it', () => {
    const sum = rows.slice(0, -1).reduce((all, [, cell]) => all + numberIn(cell), 0);
    expect(rows.at(-1)?.[1]).toBe(`**about $${Math.round(sum)}**`);
    expect(readme).toContain(
      `**about $${Math.round(sum)}**: ${alarms} alarms and the polling of ${polled} queues`,
    );
    expect(readme).toContain(`an idle installation costs about $${Math.round(sum)} a month`);
    expect(readDocument('docs/operations.md')).toContain(
      `$0.10 a month each, $${(alarms * 0.1).toFixed(2)} for all ${alarms}`,
    );
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
    const derived = deriveConcurrency({ accountConcurrency: numberIn(account) });
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
  ['docs/architecture.md', `between chunks of ${config.copiesAtATime}`],
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
