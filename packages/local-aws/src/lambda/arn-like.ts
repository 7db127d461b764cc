/**
 * Whether an ARN matches a pattern, by the rules of the condition ArnLike: each of the six parts between colons is
 * matched separately; `*` stands for any characters and `?` for one.
 */
export function arnLike(pattern: string, arn: string): boolean {
  const patternParts = parts(pattern);
  const arnParts = parts(arn);
  return (
    patternParts.length === arnParts.length &&
    patternParts.every((part, at) => globMatches(part, arnParts[at] ?? ''))
  );
}

/** The sixth part, the resource, keeps its colons. */
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
