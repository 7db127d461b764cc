/**
 * Whether the condition of an `If-Match` header holds (RFC 9110, 13.1.1).
 * @param ifMatch one or several entity tags, or `*`; without a header there is no condition
 * @param current the entity tag of the record as it is now, with its quotes
 */
export function ifMatchHolds(ifMatch: string | undefined, current: string): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => tag.trim() === current);
}
