import type { AccessTokenStore } from '../../adapters/dynamodb/companies/access-token-store.ts';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { ForeignTokens } from '../../adapters/tokens/foreign-tokens.ts';
import { accessToken, accessTokenHash, accessTokenSeconds } from '../../domain/companies/access-token.ts';
import type { Member } from '../../domain/companies/member.ts';
import type { TrustRule } from '../../domain/companies/trust-rule.ts';
import { matchesSubject } from '../../domain/companies/trust-rule.ts';
import { Failure } from '../../domain/failure.ts';

export interface ExchangeTokenDependencies
  extends Pick<MemberStore, 'listMembers'>,
    Pick<AccessTokenStore, 'putToken'>,
    Omit<ForeignTokens, 'checkIssuer'> {
  readonly randomBytes: (count: number) => Uint8Array;
  readonly sha256: (text: string) => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface ExchangedToken {
  readonly token: string;
  /** The trust rule, as a member. */
  readonly member: Member;
  readonly seconds: number;
}

/**
 * Gives an access token of ours for a token of an issuer that the company trusts. Only issuers of the company's rules are
 * ever called.
 *
 * Costs: a query of the members, a write; two requests to the issuer every ten minutes.
 * @throws Failure `access.token-refused`, which does not say whether the company exists; `access.issuer-unavailable`
 */
export async function exchangeToken(
  company: string,
  token: string,
  { listMembers, putToken, issuerOf, verify, randomBytes, sha256, clock }: ExchangeTokenDependencies,
): Promise<ExchangedToken> {
  const issuer = issuerOf(token);
  if (issuer === undefined) throw refused('it is not a JSON Web Token');
  const rules = (await listMembers(company)).flatMap((member) =>
    member.rule?.issuer === issuer ? [{ member, rule: member.rule }] : [],
  );
  if (rules.length === 0) throw refused(`the company ${company} does not exist or has no rule for ${issuer}`);
  const verified = await verify(token, issuer);
  const found = rules.filter(({ rule }) => accepts(rule, verified));
  // With two rules, the one with more rights is meant.
  const member = ['admin', 'user', 'viewer']
    .map((role) => found.find((one) => one.member.role === role)?.member)
    .find((one) => one !== undefined);
  if (!member) {
    const { subject, audiences } = verified;
    throw refused(`no rule accepts the subject ${subject} with the audience ${audiences.join(', ')}`);
  }
  const made = accessToken(randomBytes(32));
  const hash = accessTokenHash(made, sha256) ?? '';
  const expires = Math.floor(clock() / 1_000) + accessTokenSeconds;
  await putToken(hash, { company, subject: member.subject }, expires);
  return { token: made, member, seconds: accessTokenSeconds };
}

function accepts(
  { audience, subject }: TrustRule,
  token: { readonly subject: string; readonly audiences: readonly string[] },
): boolean {
  return token.audiences.includes(audience) && matchesSubject(subject, token.subject);
}

function refused(because: string): Failure {
  return new Failure('access.token-refused', `The token is refused: ${because}`);
}
