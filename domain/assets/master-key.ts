/** `<company>/<id>`: where the versions of a master lie. */
export function masterKey(company: string, id: string): string {
  return `${company}/${id}`;
}
