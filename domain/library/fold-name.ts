/** A name as it is searched: in NFC and lower case, so that it is found however it is written. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
