/** A folder as people type it, as the API takes it: with a slash at both ends. */
export function folderPath(text: string): string {
  const inner = text.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '/' : `/${inner}/`;
}
