import type { Outputs } from '../../contract/outputs.ts';
import { formatBytes, formatTime } from '../output/format.ts';
import { escapeHtml } from './escape-html.ts';

type PlanOutput = Outputs['plan'];
export type Plan = Extract<PlanOutput, { kind: 'plan' }>['plan'];
export type PlannedAsset = Extract<PlanOutput, { kind: 'asset' }>;
type SyncOutput = Outputs['sync'];
export type FileChange = Extract<SyncOutput, { kind: 'change' }>;
export type FileCounts = Extract<SyncOutput, { kind: 'summary' }>;

/** Signed addresses of the version that is live, and of the one that the plan publishes. */
export interface Thumbnails {
  readonly before?: string;
  readonly after?: string;
}

export interface PlanReport {
  readonly company: string;
  readonly plan: Plan;
  /** The first assets of the plan. */
  readonly assets: readonly PlannedAsset[];
  /** By the id of the asset. */
  readonly thumbnails: ReadonlyMap<string, Thumbnails>;
  /** Why there are no thumbnails, if somebody may expect them. */
  readonly note?: string;
  /** What a sync of the folder of the repository would do. */
  readonly files?: {
    readonly from: string;
    readonly changes: readonly FileChange[];
    readonly counts: FileCounts;
  };
}

/** Rows of each table: fewer where ids and folders are long. */
const rowLimits = [50, 10, 0] as const;
/** GitHub refuses comments of more than 65,536 characters. */
const maxLength = 65_000;
/** Characters of a reason. */
const maxMessage = 200;
/** Width of a thumbnail on the page, in pixels. The image has twice as many, for dense screens. */
const width = 96;

const publishes = ['added', 'changed', 'republished'] as const;

/** How many assets a job would publish. */
export function countToPublish({ counts }: Plan): number {
  return publishes.reduce((sum, change) => sum + counts[change], 0);
}

/** The plan as Markdown: tables in HTML, so that no id can be read as Markdown, mention or link. */
export function planText(report: PlanReport): string {
  const texts = rowLimits.map((maxRows) => planTextWith(report, maxRows));
  return texts.find((text) => text.length <= maxLength) ?? texts.at(-1) ?? '';
}

function planTextWith(report: PlanReport, maxRows: number): string {
  const { company, plan, assets, files, note } = report;
  const total = countToPublish(plan);
  const toPublish = assets.filter(({ change }) => publishes.some((one) => one === change));
  const refused = assets.filter(({ change }) => change === 'refused');
  return [
    `### Pressroom: ${total === 0 ? 'nothing to publish' : `${assetCount(total)} to publish`}`,
    [
      `Company ${code(company)}, ${scopeText(plan)}, to ${plan.servers.map(code).join(', ')}.`,
      `${countsText(plan)}.`,
      total > 0 ? `${plan.totals.copies} copies, ${formatBytes(plan.totals.bytes)}.` : '',
      `Plan ${code(plan.id)}, valid until ${formatTime(plan.expires)} UTC.`,
    ]
      .filter(Boolean)
      .join(' '),
    ...(files ? [filesText(files, maxRows)] : []),
    ...(toPublish.length > 0 && maxRows > 0
      ? [table(toPublish.slice(0, maxRows).map((asset) => assetRow(asset, report)))]
      : []),
    ...more(total - Math.min(maxRows, toPublish.length), 'to publish'),
    ...(refused.length > 0 && maxRows > 0
      ? [
          `**Refused:** rules prevent these assets from going live.`,
          table(refused.slice(0, maxRows).map(({ id, message = '' }) => [code(id), reason(message)])),
        ]
      : []),
    ...more(plan.counts.refused - Math.min(maxRows, refused.length), 'refused'),
    ...(note === undefined ? [] : [`<sub>${escapeHtml(note)}</sub>`]),
  ].join('\n\n');
}

function assetRow(asset: PlannedAsset, { thumbnails }: PlanReport): string[] {
  const { before, after } = thumbnails.get(asset.id) ?? {};
  const live = Math.max(0, ...Object.values(asset.live));
  return [
    [before, after].flatMap((url) => (url === undefined ? [] : [picture(url)])).join(' → '),
    code(asset.id),
    asset.change === 'changed' && live > 0
      ? `changed, version ${live} → ${asset.version}`
      : `${asset.change}, version ${asset.version}`,
    escapeHtml(asset.servers.join(', ')),
  ];
}

function filesText({ from, changes, counts }: NonNullable<PlanReport['files']>, maxRows: number): string {
  const { upload, replace, trash, unchanged, bytes } = counts;
  const rows = changes
    .slice(0, maxRows)
    .map(({ action, folder, name, bytes: size }) => [
      { upload: 'new', replace: 'changed', trash: 'to trash', refused: 'refused', unchanged: 'unchanged' }[
        action
      ],
      code(`${folder}${name}`),
      size === undefined ? '' : formatBytes(size),
    ]);
  return [
    `**Files of ${code(from)}**, sent when the command ${code('publish')} runs: ${upload} new, ${replace} changed, ${trash} to trash, ${unchanged} unchanged, ${formatBytes(bytes)}.`,
    ...(rows.length > 0 ? [table(rows)] : []),
    ...more(upload + replace + trash - rows.length, 'files', ''),
  ].join('\n\n');
}

function scopeText({ scope }: Plan): string {
  if (scope?.kind !== 'folder') return 'the whole library';
  return `folder ${code(scope.folder)}${scope.below ? ' and below' : ''}`;
}

function countsText({ counts }: Plan): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0
    ? 'No asset has changed'
    : some.map(([change, count]) => `${count} ${change}`).join(', ');
}

const more = (count: number, what: string, noun = 'assets '): string[] =>
  count > 0 ? [`${count} more ${noun}${what}.`] : [];

const assetCount = (count: number) => `${count} ${count === 1 ? 'asset' : 'assets'}`;

export const code = (text: string) => `<code>${escapeHtml(text)}</code>`;

const reason = (text: string) => code(text.length > maxMessage ? `${text.slice(0, maxMessage)} …` : text);

function picture(url: string): string {
  const source = `${url}?wid=${2 * width}&hei=${2 * width}&fit=fit`;
  return `<img src="${escapeHtml(source)}" width="${width}" alt="">`;
}

export function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return ['<table>', ...lines, '</table>'].join('\n');
}
