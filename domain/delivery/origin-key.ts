import { type Asset, type AssetType, isSetType } from '../assets/asset.ts';
import { idInFileName } from '../assets/asset-id.ts';
import { findHiddenCharacter } from '../hidden-character.ts';
import type { Server } from './server.ts';

/**
 * The key of an asset's object in the origin bucket of a server, in NFC. The delivery URLs `/is/image/…`, `/is/content/…`
 * and `/e2/…` are mapped to it. Records of sets have a prefix of their own, since they are not delivered.
 * `server-directory` has plain files under their folder path.
 *
 * Every key gives the id of its asset back (domain/library/origin-owner.ts), so two assets never have the same key: ids are
 * unique in the company.
 */
export function originKey(
  server: Server,
  asset: Pick<Asset, 'company' | 'id' | 'type' | 'folder' | 'fileName'>,
): string {
  return keyOn(server, asset).normalize('NFC');
}

function keyOn(server: Server, asset: Parameters<typeof originKey>[1]): string {
  const { company, id, type } = asset;
  switch (server) {
    case 'image-serving':
      return `${company}/${prefixOf(type)}/${id}`;
    case 'image-rendering':
      return `${company}/${id}`;
    case 'video':
      return isSetType(type) ? `${company}/set/${id}` : `${company}/${id}`;
    case 'server-directory':
      return `${company}${asset.folder}${plainFileName(asset)}`;
  }
}

function prefixOf(type: AssetType): 'image' | 'set' | 'content' {
  if (type === 'image' || type === 'derived-image') return 'image';
  return isSetType(type) ? 'set' : 'content';
}

/**
 * The file name on Server Directory: that of the uploaded file. If it is not a name that gives the asset's id, the asset has
 * its id as its name and its type as the extension: a spin set with the id `shoe-1.5` is `shoe-1.5.spin-set`, because
 * `shoe-1.5` is the name of a file with the id `shoe-1`.
 */
function plainFileName({ id, type, fileName }: Pick<Asset, 'id' | 'type' | 'fileName'>): string {
  const isPlain = !/[/\\]/.test(fileName) && findHiddenCharacter(fileName) === undefined;
  return isPlain && idInFileName(fileName) === id ? fileName : `${id}.${type}`;
}
