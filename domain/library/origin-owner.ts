/** Finds the asset of an origin object, so that clean-up-library can delete objects that no record has. */
import type { Asset } from '../assets/asset.ts';
import { assetIdOf } from '../assets/asset-id.ts';
import type { Server } from '../delivery/server.ts';
import { Failure } from '../failure.ts';

export interface PossibleOwner {
  readonly company: string;
  /** One of these ids may be the asset's id. */
  readonly ids: readonly string[];
}

/** The assets that may have made an origin object. @returns undefined for a key that no asset can have; such objects stay */
export function possibleOwner(server: Server, key: string): PossibleOwner | undefined {
  const [company = '', ...rest] = key.split('/');
  const name = rest.at(-1) ?? '';
  if (company === '' || name === '') return undefined;
  switch (server) {
    case 'image-serving': {
      const isKnown = rest.length === 2 && ['image', 'content', 'set'].includes(rest[0] ?? '');
      return isKnown ? { company, ids: [name] } : undefined;
    }
    case 'image-rendering':
      return rest.length === 1 ? { company, ids: [name] } : undefined;
    case 'video':
      return rest.length === 1 || (rest.length === 2 && rest[0] === 'set')
        ? { company, ids: [name] }
        : undefined;
    case 'server-directory':
      return { company, ids: idsOfFile(name) };
  }
}

/** A file is named by its id and an extension. Sets and derived images have no extension, but their ids may have dots. */
function idsOfFile(fileName: string): string[] {
  try {
    return [...new Set([assetIdOf(fileName), fileName])];
  } catch (error) {
    if (error instanceof Failure) return [fileName];
    throw error;
  }
}

/** Whether a publication of the record has this object. */
export function isRecordedObject(
  asset: Pick<Asset, 'publications'> | undefined,
  server: Server,
  key: string,
): boolean {
  return asset?.publications[server]?.key === key;
}
