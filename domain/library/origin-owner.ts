/** Which asset an object at an origin belongs to: what the clean-up asks of objects that nobody may know any more. */
import type { Asset } from '../assets/asset.ts';
import { assetIdOf } from '../assets/asset-id.ts';
import type { Server } from '../delivery/server.ts';
import { Failure } from '../failure.ts';

export interface PossibleOwner {
  readonly company: string;
  /** The ids of which one may have made the object. */
  readonly ids: readonly string[];
}

/** @returns undefined for a key that no asset has: whoever put it there may know why */
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

/** A file is called like its id with an extension; what is built has none, and may have a dot in its id. */
function idsOfFile(fileName: string): string[] {
  try {
    return [...new Set([assetIdOf(fileName), fileName])];
  } catch (error) {
    if (error instanceof Failure) return [fileName];
    throw error;
  }
}

/** Whether the record says that this object is live, or leads on. */
export function isRecordedObject(
  asset: Pick<Asset, 'publications'> | undefined,
  server: Server,
  key: string,
): boolean {
  return asset?.publications[server]?.key === key;
}
