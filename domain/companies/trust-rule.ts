/** Which tokens of another issuer a company accepts. */
export interface TrustRule {
  /** The `iss` of the tokens, as the issuer writes it. */
  readonly issuer: string;
  /** One of the values of `aud`. */
  readonly audience: string;
  /** Pattern of `sub`: `*` stands for any characters, also for none. */
  readonly subject: string;
}

export const maxTrustRules = 50;
const maxStars = 4;
/** Characters before the first `*`, so that a rule names somebody. */
const minLiteral = 4;

/**
 * Issuers that serve everybody: their pattern must name an owner before the first `*`. Sources: the pages about OpenID
 * Connect of GitHub Actions and GitLab CI/CD.
 */
const sharedIssuers: readonly {
  readonly issuer: RegExp;
  readonly owner: RegExp;
  readonly example: string;
}[] = [
  {
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    owner: /^repo:[^/*:]+\//,
    example: 'repo:example/website:ref:refs/heads/main',
  },
  {
    issuer: /^https:\/\/gitlab\.com$/,
    owner: /^project_path:[^/*:]+\//,
    example: 'project_path:example/website:ref_type:branch:ref:main',
  },
];

/** Why a subject pattern is too wide or not valid: completes "subject". @returns undefined if it is fine */
export function subjectProblem({
  issuer,
  subject,
}: Pick<TrustRule, 'issuer' | 'subject'>): string | undefined {
  if (subject.split('*').length - 1 > maxStars) return `must have at most ${maxStars} asterisks`;
  const shared = sharedIssuers.find((known) => known.issuer.test(issuer));
  if (shared && !shared.owner.test(subject))
    return `must name an owner before the first asterisk, because everybody can get tokens of ${issuer}: ${shared.example}`;
  const [literal = ''] = subject.split('*');
  if (literal.length < minLiteral && subject.includes('*'))
    return `must have at least ${minLiteral} characters before the first asterisk`;
  return undefined;
}

/** Whether a subject matches a pattern. Reads both once: no pattern makes it slow. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return subject === first;
  if (subject.length < first.length + last.length) return false;
  if (!subject.startsWith(first) || !subject.endsWith(last)) return false;
  let rest = subject.slice(first.length, subject.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}
