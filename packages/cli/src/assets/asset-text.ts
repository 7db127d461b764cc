import type { OperationResponse } from '@pressroom/client/create-client';
import type { Column } from '../command.ts';
import { formatBytes, formatTime } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';

type Asset = OperationResponse<'readAsset'>;

/** One word about whether an asset is live, coloured. */
export function publishStateText(
  asset: Pick<Asset, 'published' | 'intent' | 'version' | 'publications' | 'trashed'>,
  paint: Paint,
): string {
  if (asset.trashed) return paint('dim', 'in the trash');
  const isOutdated = Object.values(asset.publications).some(
    (publication) => publication !== undefined && publication.version !== asset.version,
  );
  if (asset.published)
    return isOutdated ? paint('yellow', 'published, changed') : paint('green', 'published');
  return paint('dim', asset.intent === 'held' ? 'held' : 'unpublished');
}

/** Pixels or seconds of an asset, and of a set the number of its members. */
export function sizeText({
  width,
  height,
  duration,
  memberCount,
}: Pick<Asset, 'width' | 'height' | 'duration' | 'memberCount'>): string {
  return [
    width !== undefined && height !== undefined ? `${width}×${height}` : undefined,
    duration === undefined ? undefined : `${duration.toFixed(1)} s`,
    memberCount === undefined ? undefined : `${memberCount} members`,
  ]
    .filter((text) => text !== undefined)
    .join(', ');
}

/** Columns of lists of assets. */
export const assetColumns: readonly Column<Asset>[] = [
  { title: 'ID', cell: ({ id }, paint) => paint('bold', id) },
  { title: 'TYPE', cell: ({ type }) => type },
  { title: 'STATE', cell: (asset, paint) => publishStateText(asset, paint) },
  { title: 'SIZE', right: true, cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'DIMENSIONS', cell: sizeText },
  { title: 'MODIFIED', cell: ({ modified }) => formatTime(modified) },
  { title: 'FOLDER', cell: ({ folder }) => folder },
];
