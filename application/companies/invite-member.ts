import type { Logins } from '../../adapters/cognito/logins.ts';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { type Member, maxMembers } from '../../domain/companies/member.ts';
import type { Role } from '../../domain/companies/role.ts';
import { Failure, invalidField } from '../../domain/failure.ts';

export interface InviteMemberDependencies
  extends Pick<Logins, 'ensureLogin'>,
    Pick<MemberStore, 'addMember' | 'listMembers'> {
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

export interface InvitedMember {
  readonly member: Member;
  /** Whether the user pool mailed an invitation. It does not if the person has a login already. */
  readonly mailed: boolean;
}

/**
 * Makes a person a member of a company, by their address. A person who has no login gets an invitation by mail. The login
 * comes first: if the membership cannot be written, the same call again continues.
 *
 * Costs: a query of the members, a transaction of three writes, one or two calls of Cognito.
 * @throws Failure `request.invalid` if the company has as many members as it can, `member.exists`, and those of the logins
 */
export async function inviteMember(
  company: string,
  invited: {
    readonly email: string;
    readonly name?: string | undefined;
    readonly role: Role;
    /** Who invites: a subject, or `operator`. */
    readonly by: string;
  },
  { ensureLogin, addMember, listMembers, now }: InviteMemberDependencies,
): Promise<InvitedMember> {
  const email = invited.email.trim().toLowerCase();
  const members = await listMembers(company);
  if (members.some((member) => member.email?.toLowerCase() === email)) throw exists(email);
  if (members.length >= maxMembers)
    throw invalidField('email', `a company has at most ${maxMembers} members; remove one first`);
  const { subject, isNew } = await ensureLogin(email, invited.name);
  const member: Member = {
    company,
    subject,
    kind: 'person',
    role: invited.role,
    ...(invited.name === undefined ? {} : { name: invited.name }),
    email,
    added: now(),
    addedBy: invited.by,
  };
  if (!(await addMember(member))) throw exists(email);
  return { member, mailed: isNew };
}

function exists(email: string): Failure {
  return new Failure('member.exists', `${email} is a member of the company: change the role instead`);
}
