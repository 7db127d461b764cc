import { type Asset, type AssetType, isSetType } from '../assets/asset.ts';
import type { Server } from './server.ts';

/**
 * The key of an asset's object in the origin bucket of a server. The delivery URLs `/is/image/…`, `/is/content/…` and
 * `/e2/…` are mapped to it. Records of sets have a prefix of their own, since they are not delivered. `server-directory`
 * has plain files under their folder path.
 */
export function originKey(
  server: Server,
  asset: Pick<Asset, 'company' | 'id' | 'type' | 'folder' | 'fileName'>,
): string {
  const { company, id, type } = asset;
  switch (server) {
    case 'image-serving':
      return `${company}/${prefixOf(type)}/${id}`;
    case 'image-rendering':
      return `${company}/${id}`;
    case 'video':
      return isSetType(type) ? `${company}/set/${id}` : `${company}/${id}`;
    case 'server-directory':
      return `${company}${asset.folder}${asset.fileName}`;
  }
}

function prefixOf(type: AssetType): 'image' | 'set' | 'content' {
  if (type === 'image' || type === 'derived-image') return 'image';
  return isSetType(type) ? 'set' : 'content';
}
