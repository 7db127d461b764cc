import { maxAssetIdLength } from '../assets/asset-id.ts';
import { Failure } from '../failure.ts';

/** Numerals that are tried: far more than anybody keeps copies of one name. */
const maxNumerals = 2 ** 20;

/** An id with a numeral: `chair` is `chair-1`. Cut where it would be longer than ids may be. */
export function numberedId(id: string, numeral: number): string {
  const suffix = `-${numeral}`;
  const stem = [...id].slice(0, maxAssetIdLength - suffix.length).join('');
  return stem.trimEnd() + suffix;
}

/** The file name that goes with it: `chair.tif` is `chair-1.tif`. */
export function numberedFileName(fileName: string, id: string): string {
  return id + (/(?<=.)\.[^.]*$/su.exec(fileName)?.[0] ?? '');
}

/**
 * The next free numeral of an id: one that is free while the one before it is taken. Found in strides that double and
 * then halve, so that the thousandth copy of a name costs 20 looks and not a thousand.
 * @param isTaken also of assets in the trash
 * @throws Failure `upload.file-refused` where there are a million of them
 */
export async function findFreeId(id: string, isTaken: (id: string) => Promise<boolean>): Promise<string> {
  let taken = 0;
  let free = 1;
  while (await isTaken(numberedId(id, free))) {
    taken = free;
    free *= 2;
    if (free > maxNumerals) {
      throw new Failure('upload.file-refused', `There are too many assets called ${id} with a numeral`);
    }
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(numberedId(id, middle))) taken = middle;
    else free = middle;
  }
  return numberedId(id, free);
}
