import type { Client, OperationRequest } from '@pressroom/client/create-client';
import { fromCsv, toCsv } from './csv-text.ts';
import { metadataRows, type TableAsset } from './metadata-rows.ts';
import { saveCsv } from './save-csv.ts';

type SearchQuery = NonNullable<OperationRequest<'searchAssets'>['query']>;

/** What is exported: assets that are known, or all that a search finds. */
export type Exported = { readonly assets: readonly TableAsset[] } | { readonly query: SearchQuery };

/** Writes the metadata of assets into one file, and offers it. @returns the number of its assets */
export async function exportMetadata(client: Client, what: Exported, company: string): Promise<number> {
  const rows = await rowsOf(client, what);
  saveCsv(toCsv(rows), `${company} metadata ${new Date().toISOString().slice(0, 10)}.csv`);
  return rows.length - 1;
}

async function rowsOf(client: Client, what: Exported): Promise<string[][]> {
  if ('query' in what) {
    const { folder = '/', below, ...filters } = what.query;
    // Without filters the API has the table: a search would load the links of each asset, too.
    if (Object.keys(filters).length === 0) return folderRows(client, folder, below);
  }
  const schema = await client.call('readMetadataSchema');
  if ('assets' in what) return metadataRows(what.assets, schema);
  const found: TableAsset[] = [];
  const query = { ...what.query, sort: 'folder' as const, limit: 1_000 };
  for await (const asset of client.all('searchAssets', { query })) found.push(asset);
  return metadataRows(found, schema);
}

/** The tables of a folder as one, which has the columns of all of them. */
async function folderRows(client: Client, folder: string, below: SearchQuery['below']): Promise<string[][]> {
  const columns = new Map<string, number>();
  const rows: string[][] = [];
  let after: { afterFolder: string; afterId: string } | undefined;
  do {
    const query = { folder, below: below === 'true' ? ('true' as const) : ('false' as const), ...after };
    const response = await client.send('exportMetadata', { query });
    const [header = [], ...table] = fromCsv(await response.text());
    for (const column of header) if (!columns.has(column)) columns.set(column, columns.size);
    for (const cells of table) {
      const row: string[] = [];
      for (const [index, column] of header.entries()) row[columns.get(column) ?? 0] = cells[index] ?? '';
      rows.push(row);
    }
    after = nextOf(response.headers.get('link'));
  } while (after !== undefined);
  const names = [...columns.keys()];
  return [names, ...rows.map((row) => names.map((_, index) => row[index] ?? ''))];
}

/** Where the next table begins, by the header `Link`. */
function nextOf(link: string | null): { afterFolder: string; afterId: string } | undefined {
  const address = /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1];
  if (address === undefined) return undefined;
  const { searchParams } = new URL(address);
  const [afterFolder, afterId] = [searchParams.get('afterFolder'), searchParams.get('afterId')];
  return afterFolder === null || afterId === null ? undefined : { afterFolder, afterId };
}
