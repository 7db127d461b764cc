import { maxAssetIdBytes, maxAssetIdLength } from '../assets/asset-id.ts';
import { Failure } from '../failure.ts';
import { cutToBytes } from '../utf8-bytes.ts';

/** The highest number that is tried. No library has so many copies of one name. */
const maxNumerals = 2 ** 20;

/** An id with a number at its end: `chair` becomes `chair-1`. It is shortened if it would exceed the maximum length. */
export function numberedId(id: string, numeral: number): string {
  const suffix = `-${numeral}`;
  const stem = [...id].slice(0, maxAssetIdLength - suffix.length).join('');
  return cutToBytes(stem, maxAssetIdBytes - suffix.length).trimEnd() + suffix;
}

/**
 * Finds a free id with a number at its end, where the number before it is taken. The search doubles its steps and then
 * halves them, so that the thousandth copy of a name takes 20 reads and not a thousand.
 * @param isTaken whether an asset has the id, also one in the trash
 * @throws Failure `upload.file-refused` if about a million numbers are taken
 */
export async function findFreeId(id: string, isTaken: (id: string) => Promise<boolean>): Promise<string> {
  let taken = 0;
  let free = 1;
  while (await isTaken(numberedId(id, free))) {
    taken = free;
    free *= 2;
    if (free > maxNumerals) {
      throw new Failure(
        'upload.file-refused',
        `Too many assets have the id ${id} with a number at its end. Rename the file`,
      );
    }
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(numberedId(id, middle))) taken = middle;
    else free = middle;
  }
  return numberedId(id, free);
}
