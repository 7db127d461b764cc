/** What the benches measured, as far as the page about costs uses it. */
import { readFileSync } from 'node:fs';
import type { Cost } from '../../bench/publish/cost.ts';
import { prices } from '../../bench/support/prices.ts';

/** Calls and units of one action, from bench/results/write-amplification.json. */
export interface ActionRow {
  readonly label: string;
  readonly copies: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly puts: number;
  readonly writesTo: Readonly<Record<string, number>>;
}

export interface Measured {
  readonly publishJob: Cost;
  readonly actions: readonly ActionRow[];
  /** Dollars of one action, reads included. */
  readonly uploadAndPublish: number;
  readonly editMetadata: number;
  /** Dollars of one asset that a job publishes. */
  readonly publishDollars: number;
  /** Write units of an upload that is not published, by table. */
  readonly uploadUnits: { readonly asset: number; readonly job: number };
}

export function readMeasured(): Measured {
  const { cost } = read('publish.json') as { cost: Cost };
  const rows = read('write-amplification.json') as Readonly<Record<string, Partial<ActionRow>>>;
  const isRow = (row: Partial<ActionRow> | undefined): row is ActionRow => row?.label !== undefined;
  const row = (name: string): ActionRow => {
    const found = rows[name];
    if (!isRow(found)) throw new Error(`bench/results/write-amplification.json has no ${name}`);
    return found;
  };
  const upload = row('upload');
  const unitsOf = (table: string) =>
    Object.entries(upload.writesTo)
      .filter(([name]) => name.startsWith(table))
      .reduce((sum, [, units]) => sum + units, 0);
  return {
    publishJob: cost,
    actions: Object.values(rows).filter(isRow),
    uploadAndPublish: actionDollars(row('uploadAndPublish')),
    editMetadata: actionDollars(row('editMetadata')),
    publishDollars: cost.totalPerMillion / 1e6,
    uploadUnits: { asset: unitsOf('AssetTable'), job: unitsOf('JobTable') },
  };
}

/** Dollars of one action without its reads. */
export function writeDollars({ writeUnits, copies, puts }: Omit<ActionRow, 'label' | 'writesTo'>): number {
  return writeUnits * prices.writeUnit + copies * prices.s3Copy + puts * prices.s3Put;
}

function actionDollars(row: ActionRow): number {
  return writeDollars(row) + row.readUnits * prices.readUnit;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../bench/results/${file}`, import.meta.url), 'utf8'));
}
