/** The texts about costs: docs/costs.md, and what README.md and docs/operations.md quote of it. */
import type { Cost } from '../../bench/publish/cost.ts';
import { priceList, prices, pricesOf } from '../../bench/support/prices.ts';
import { type Assumptions, assumptionTexts } from './assumptions.ts';
import type { Deployment } from './deployment.ts';
import { type Measured, writeDollars } from './measured.ts';
import { type CostLine, type Group, monthOf } from './month.ts';

const groupTexts: readonly (readonly [Group, string])[] = [
  ['idle', 'idle'],
  ['storage', 'storage'],
  ['work', 'uploads, publishing, API'],
  ['delivery', 'delivery'],
];

/** The content of docs/costs.md. */
export function costsPage(given: Assumptions, deployed: Deployment, measured: Measured): string {
  const lines = monthOf(given, deployed, measured);
  const { publishJob, uploadUnits } = measured;
  const [upload, uploadAndPublish] = ['upload an image without', 'upload an image and'].map((start) =>
    measured.actions.find(({ label }) => label.startsWith(start)),
  );
  return `# Costs

<!-- Written by \`npm run costs\` from scripts/costs/. Change it there. -->

All prices are list prices of us-east-1 as of ${pricesOf}, without free tiers: [prices](#prices). Numbers of alarms, queues, indexes and functions, their memory and the retention of logs come from the templates. Numbers of calls come from measurements. What can be neither counted nor measured is an [assumption](#assumptions). A GB is 10⁹ bytes here; AWS counts 2³⁰, so storage and transfer cost up to 7 % less.

## A month with ${count(given.assets)} assets and ${count(given.requests)} requests

| item | quantity in a month | dollars a month |
|---|---|---|
${groupTexts.map(([group, text]) => groupRows(lines, group, text)).join('\n')}
| **together** | | **${dollars(sumOf(lines))}** |

Run \`npm run costs -- --assets 250000 --requests 20000000\` for a month of your own. It prints this page with your [assumptions](#assumptions).

- **Idle** is an installation that nobody uses. The first ten alarms, the first million requests of SQS and the first 100,000 traces a month are free in an account.
- **Storage** depends on what you keep. Older versions of masters stay until you delete them for good.
- **Metadata**: a write of a record costs a write unit for each kilobyte. With ${count(given['metadata-bytes'])} bytes of metadata, a write of the whole record costs ${Math.ceil((700 + given['metadata-bytes']) / 1_024)} units instead of 1. Indexes hold no metadata.
- **Transfer** and requests cost the same with any image server. Reducing the bytes by a tenth saves ${dollars(line(lines, 'transfer').dollars / 10)}; \`fmt=avif\` and \`fmt=webp\` do that. The image server itself costs ${dollars(line(lines, 'image server').dollars)}, at an assumed ${given['image-milliseconds']} ms.
- **Traces** of a busy function: X-Ray records the first request of each second and 5 % of the others.
- Not included: a domain, the optional web ACL (\`maxRequestsPerAddress\`: $6 a month and $0.60 a million requests), data that leaves AWS other than through CloudFront, support plans, taxes.

## Assumptions

| argument | default here | meaning |
|---|---|---|
${Object.entries(assumptionTexts)
  .map(([name, { text }]) => `| \`--${name}\` | ${count(given[name as keyof Assumptions])} | ${text} |`)
  .join('\n')}

## Publishing a million images

\`npm run bench -- publish cost\` runs one publish job on the local cloud. It counts every request, consumed unit, state and invocation, and multiplies the counts. How it is measured: [performance](performance.md#cost).

<!-- publish-cost -->
${publishTable(publishJob)}
<!-- /publish-cost -->

The copies themselves also need storage: ${dollars(500 * prices.s3Storage)} a month for a million images of 500 kB.

Alternatives that would cost more:

- A transaction for record and history would double the write units: $1.25 more.
- Log entries in DynamoDB instead of one file for each part would add $0.63.
- Invalidating one cache tag for each asset would cost $5,000 for a million assets. A publish job therefore invalidates nothing unless you ask for it.

## What each action writes

\`npm run bench -- write-amplification\` measures single actions on the local cloud: the consumed capacity of every call, copies, and other S3 writes. It includes what follows an action, such as the end of the job and the invalidation. The records here are smaller than 1 kB. Each further kilobyte adds one write unit to every write of the record.

<!-- write-amplification -->
| action | COPY | write units | read units | other PUT | cost of a million, without reads |
|---|---|---|---|---|---|
${measured.actions
  .map(
    (row) =>
      `| ${row.label} | ${row.copies} | ${row.writeUnits} | ${row.readUnits} | ${row.puts} | $${(writeDollars(row) * 1e6).toFixed(2)} |`,
  )
  .join('\n')}
<!-- /write-amplification -->

## Uploading

An upload of one file costs:

- a presigned PUT, a COPY to the masters, and a COPY to the origin if it goes live
- ${upload?.writeUnits} to ${uploadAndPublish?.writeUnits} write units (table above): ${uploadUnits.asset} for the asset, ${uploadUnits.job} for the job. Two of the ${uploadUnits.job} are its rows in the [list indexes](decisions/0017-job-lists-use-two-indexes.md). Each further file of the same job costs about 17
- a message, and 0.1 to 1 s of Lambda. One call ingests one file: $1.40 for the messages and calls of a million files ($0.20 for the calls, $1.20 for three requests of SQS). Batches of five would cost $0.60, and the files of a batch would wait for each other ([decision 22](decisions/0022-one-file-an-invocation.md))

An image of 8 megapixels or more also gets a reduction: a PUT ($5.00 for a million images), about 40 ms of Lambda and 0.2 to 0.5 MB of storage ([decision 30](decisions/0030-large-images-have-one-stored-reduction.md)).

Together this is $0.03 to $0.07 for a thousand uploads. The check for ids that differ only by case costs half a read unit for each new id, in an index that search needs anyway.

## Invalidate CDN

1,000 tags or paths a month are free in an account; each further one costs $0.005. One tag invalidates all variants of an asset. Above 500 assets in one call, the company's tag is invalidated instead.

## Prices

| price | source |
|---|---|
${Object.values(priceList)
  .map(({ listed, source }) => `| ${listed} | ${source} |`)
  .join('\n')}

Read in ${pricesOf}. Prices of other regions are up to 60 % higher; the [price calculator](https://calculator.aws) has them.
`;
}

/** The table of README.md. */
export function readmeTable(given: Assumptions, deployed: Deployment, measured: Measured): string {
  const lines = monthOf(given, deployed, measured);
  const { publishJob } = measured;
  const part = (picks: (one: Cost['lines'][number]) => boolean) =>
    dollars(publishJob.lines.filter(picks).reduce((sum, { perMillion }) => sum + perMillion, 0));
  const parts = [
    `copies ${part(({ kind }) => kind === 'copy')}`,
    `write units ${part(({ unit }) => unit === 'write units')}`,
    `read units ${part(({ unit }) => unit === 'read units')}`,
    `orchestration ${part(({ kind }) => kind === 'orchestration')}`,
  ].join(', ');
  const image = rounded(line(lines, 'image server').dollars);
  return [
    '| | |',
    '|---|---|',
    `| publish a million images | **${dollars(publishJob.totalPerMillion)}**: ${parts} |`,
    `| deliver ${count(given.requests)} requests of ${given['request-kilobytes']} kB, ${given['hit-percent']} % of them from the cache | **about ${rounded(sumOf(lines, 'delivery'))}**; the image server is about ${image} of it |`,
    `| store ${count(given.assets)} assets of ${given['master-kilobytes']} kB for a month: masters, copies, records, backups | **about ${rounded(sumOf(lines, 'storage'))}** |`,
    `| idle, per month | **about ${rounded(sumOf(lines, 'idle'))}**: ${deployed.alarms} alarms and the polling of ${deployed.polledQueues} queues, plus storage |`,
  ].join('\n');
}

/** Dollars a month of an installation that nobody uses, rounded: $4. */
export function idleText(given: Assumptions, deployed: Deployment, measured: Measured): string {
  return rounded(sumOf(monthOf(given, deployed, measured), 'idle'));
}

/** The line of docs/operations.md about alarms. */
export function alarmsText({ alarms, alarmMetrics }: Deployment): string {
  return `- Alarms: $0.10 a month for each metric, ${dollars(alarmMetrics * prices.alarm)} for all ${alarms}.`;
}

function publishTable({ assets, lines, totalPerMillion, costRatio, orchestrationRatio }: Cost): string {
  return [
    `| | counted in a job of ${assets.toLocaleString('en')} | a million assets |`,
    '|---|---|---|',
    ...lines.map(
      ({ label, calls, unit, perMillion }) =>
        `| ${label} | ${calls.toLocaleString('en')} ${unit} | $${perMillion.toFixed(perMillion < 0.01 ? 4 : 2)} |`,
    ),
    `| **together** | | **$${totalPerMillion.toFixed(2)}** |`,
    '',
    `The copies alone are the minimum. The total is **${costRatio}** times the minimum; without DynamoDB it is ${orchestrationRatio} times.`,
  ].join('\n');
}

function groupRows(lines: readonly CostLine[], group: Group, text: string): string {
  const rows = lines
    .filter((one) => one.group === group)
    .map(({ label, quantity, dollars: cost }) => `| ${label} | ${quantity} | ${dollars(cost)} |`);
  return [...rows, `| **${text}** | | **${dollars(sumOf(lines, group))}** |`].join('\n');
}

function sumOf(lines: readonly CostLine[], group?: Group): number {
  return lines
    .filter((one) => group === undefined || one.group === group)
    .reduce((sum, one) => sum + one.dollars, 0);
}

function line(lines: readonly CostLine[], start: string): CostLine {
  const found = lines.find(({ label }) => label.startsWith(start));
  if (!found) throw new Error(`The month has no line ${start}`);
  return found;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function dollars(value: number): string {
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** To a dollar below $20, above to $5. */
function rounded(value: number): string {
  const step = value < 20 ? 1 : 5;
  return `$${(Math.round(value / step) * step).toLocaleString('en-US')}`;
}
