import type { OperationResponse } from '@pressroom/client/create-client';

/** What a table shows of an asset. */
export type TableAsset = Pick<
  OperationResponse<'readAsset'>,
  | 'id'
  | 'folder'
  | 'type'
  | 'title'
  | 'description'
  | 'altText'
  | 'keywords'
  | 'liveFrom'
  | 'liveUntil'
  | 'fields'
>;

export type Schema = Pick<OperationResponse<'readMetadataSchema'>, 'fields'>;

const ownColumns = [
  'id',
  'folder',
  'type',
  'title',
  'description',
  'altText',
  'keywords',
  'liveFrom',
  'liveUntil',
] as const;

/**
 * The rows of a table of these assets, the header first: those of `GET /metadata/export` (docs/bulk-metadata.md), which
 * exports folders alone. A test compares them.
 */
export function metadataRows(assets: readonly TableAsset[], { fields }: Schema): string[][] {
  const known = fields.map(({ name }) => name);
  const free = new Set(assets.flatMap((asset) => Object.keys(asset.fields ?? {})));
  const names = [...known, ...[...free].filter((name) => !known.includes(name)).sort()];
  const columns = [...ownColumns, ...names.map((name) => `fields.${name}`)];
  return [columns, ...assets.map((asset) => columns.map((column) => cellOf(asset, column)))];
}

/** The value of an asset as a table has it; empty if there is none. */
export function cellOf(asset: TableAsset, column: string): string {
  if (column.startsWith('fields.')) return String(asset.fields?.[column.slice('fields.'.length)] ?? '');
  switch (column) {
    case 'keywords':
      return (asset.keywords ?? []).map((keyword) => keyword.replace(/[\\;]/g, '\\$&')).join('; ');
    case 'liveFrom':
    case 'liveUntil':
      return (asset[column] ?? '').replace(':00.000Z', 'Z');
    case 'id':
    case 'folder':
    case 'type':
    case 'title':
    case 'description':
    case 'altText':
      return asset[column] ?? '';
    default:
      return '';
  }
}
