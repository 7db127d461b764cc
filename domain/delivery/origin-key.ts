import type { Asset } from '../asset/asset.ts';
import type { Server } from './server.ts';

/**
 * The key of an asset's object in the origin bucket of a server: what the delivery URLs `/is/image/…`, `/is/content/…`
 * and `/e2/…` lead to. Server Directory holds plain files below their folder.
 */
export function originKey(
  server: Server,
  asset: Pick<Asset, 'company' | 'id' | 'type' | 'folder' | 'fileName'>,
): string {
  const { company, id } = asset;
  switch (server) {
    case 'image-serving':
      return asset.type === 'image' ? `${company}/image/${id}` : `${company}/content/${id}`;
    case 'image-rendering':
    case 'video':
      return `${company}/${id}`;
    case 'server-directory':
      return `${company}${asset.folder}${asset.fileName}`;
  }
}
