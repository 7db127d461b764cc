/**
 * Whether an ARN matches a pattern as the condition ArnLike does: each of the six parts between colons by itself,
 * `*` for any characters and `?` for one.
 */
export function arnLike(pattern: string, arn: string): boolean {
  const wanted = parts(pattern);
  const given = parts(arn);
  return wanted.length === given.length && wanted.every((part, at) => globMatches(part, given[at] ?? ''));
}

/** The sixth part, the resource, keeps the colons it has. */
function parts(arn: string): string[] {
  const split = arn.split(':');
  return split.length <= 6 ? split : [...split.slice(0, 5), split.slice(5).join(':')];
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
