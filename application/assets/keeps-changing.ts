import { Failure } from '../../domain/failure.ts';

/** The failure of an optimistic write of an asset that met another writer in every attempt. */
export function keepsChanging(id: string): Failure {
  return new Failure('asset.changed-meanwhile', `${id} keeps changing; try again`);
}
