/** The name of a version of an asset in a map. */
export function versionName(id: string, version: number): string {
  return `${version}/${id}`;
}
