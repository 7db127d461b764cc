import { type Asset, type AssetType, isSetType } from '../assets/asset.ts';
import type { Server } from './server.ts';

/**
 * The key of an asset's object in the origin bucket of a server: what the delivery URLs `/is/image/…`, `/is/content/…`
 * and `/e2/…` lead to. Records of sets lie apart from what is delivered as it is. Server Directory holds plain files
 * below their folder.
 */
export function originKey(
  server: Server,
  asset: Pick<Asset, 'company' | 'id' | 'type' | 'folder' | 'fileName'>,
): string {
  const { company, id, type } = asset;
  switch (server) {
    case 'image-serving':
      return `${company}/${shelf(type)}/${id}`;
    case 'image-rendering':
      return `${company}/${id}`;
    case 'video':
      return isSetType(type) ? `${company}/set/${id}` : `${company}/${id}`;
    case 'server-directory':
      return `${company}${asset.folder}${asset.fileName}`;
  }
}

function shelf(type: AssetType): 'image' | 'set' | 'content' {
  if (type === 'image' || type === 'derived-image') return 'image';
  return isSetType(type) ? 'set' : 'content';
}
