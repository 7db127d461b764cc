import type { Role } from './role.ts';
import type { TrustRule } from './trust-rule.ts';

/** People sign in; machines have credentials of their own; trust rules admit the tokens of another system. */
export const memberKinds = ['person', 'machine', 'trust-rule'] as const;
export type MemberKind = (typeof memberKinds)[number];

/** A membership of a company. */
export interface Member {
  readonly company: string;
  /** What tokens and "submitted by" contain: the user pool's `sub`, the id of a machine or of a trust rule. */
  readonly subject: string;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly name?: string;
  /** Address for mail. Access tokens contain none, so it is stored when the member is added. */
  readonly email?: string;
  /** ISO 8601, UTC. */
  readonly added?: string;
  /** Subject of the admin, or `operator` for the command line. */
  readonly addedBy?: string;
  /** Only of a trust rule. */
  readonly rule?: TrustRule;
}

/** Members of a company, machines and trust rules included. */
export const maxMembers = 1_000;

/** The other admins that are people: one of them must stay when an admin leaves or gets a lower role. */
export function otherAdmins(members: readonly Member[], subject: string): Member[] {
  return members.filter(
    (member) => member.kind === 'person' && member.role === 'admin' && member.subject !== subject,
  );
}
