/**
 * Whether a path matches the pattern of a cache behaviour. `*` stands for any characters and `?` for exactly one.
 * Patterns are case-sensitive, and their leading slash is optional.
 * Source: Amazon CloudFront Developer Guide, "Path pattern".
 */
export function matchesPathPattern(pattern: string, path: string): boolean {
  return compile(pattern).test(path);
}

const compiled = new Map<string, RegExp>();

/** Compiles a pattern once, because every request is matched against several patterns. */
function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const anchored = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const source = anchored
    .split('')
    .map((character) => {
      if (character === '*') return '.*';
      if (character === '?') return '.';
      return character.replace(/[\\^$.|+()[\]{}]/, '\\$&');
    })
    .join('');
  const expression = new RegExp(`^${source}$`, 's');
  compiled.set(pattern, expression);
  return expression;
}

/**
 * The path that patterns are matched against: dot segments are resolved (RFC 3986, 5.2.4) and escaped unreserved
 * characters are unescaped, so that `/is/%69mage` cannot bypass the pattern `/is/image/*`. The origin gets the path as
 * it was sent.
 */
export function normalisePath(path: string): string {
  const unescaped = path.replace(/%([0-9A-Fa-f]{2})/g, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escaped.toUpperCase();
  });
  const segments = unescaped.split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '.' || segment === '..') {
      if (segment === '..' && kept.length > 1) kept.pop();
      if (last) kept.push('');
    } else {
      kept.push(segment);
    }
  }
  return kept.join('/');
}
