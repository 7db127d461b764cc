/** Finds the asset of an origin object, so that clean-up-library can delete objects that no record has. */
import type { Asset } from '../assets/asset.ts';
import { idInFileName } from '../assets/asset-id.ts';
import { companyPattern } from '../companies/company-name.ts';
import type { Server } from '../delivery/server.ts';

export interface PossibleOwner {
  readonly company: string;
  readonly id: string;
}

/** The only asset that can have made an origin object. @returns undefined for a key that no asset can have; such objects stay */
export function possibleOwner(server: Server, key: string): PossibleOwner | undefined {
  const [company = '', ...rest] = key.split('/');
  const name = rest.at(-1) ?? '';
  // The indexes of Server Directory are below no company (domain/delivery/directory-index.ts).
  if (!companyPattern.test(company) || name === '') return undefined;
  switch (server) {
    case 'image-serving': {
      const isKnown = rest.length === 2 && ['image', 'content', 'set'].includes(rest[0] ?? '');
      return isKnown ? { company, id: name } : undefined;
    }
    case 'image-rendering':
      return rest.length === 1 ? { company, id: name } : undefined;
    case 'video':
      return rest.length === 1 || (rest.length === 2 && rest[0] === 'set')
        ? { company, id: name }
        : undefined;
    case 'server-directory':
      return { company, id: idInFileName(name) };
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
