import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { type Member, otherAdmins } from '../../domain/companies/member.ts';
import type { Role } from '../../domain/companies/role.ts';
import { Failure } from '../../domain/failure.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

/**
 * Gives a member another role, at once: roles are read with every request.
 * @throws Failure `member.not-found`, `member.last-admin`, `member.changed-meanwhile`
 */
export async function changeRole(
  company: string,
  subject: string,
  role: Role,
  { findMember, listMembers, changeRole }: Pick<MemberStore, 'findMember' | 'listMembers' | 'changeRole'>,
): Promise<Member> {
  return untilUnchanged(async () => {
    const member = await findMember(company, subject);
    if (!member) throw memberNotFound(subject);
    if (member.role === role) return member;
    const remaining = remainingAdmin(member, await listMembers(company));
    const isChanged = await changeRole(company, subject, { from: member.role, to: role }, remaining);
    return isChanged ? { ...member, role } : changedMeanwhile;
  }, keepChanging);
}

/**
 * An admin who stays when this member is no admin any more. The write that follows must check that they still are one.
 * @returns undefined if the member is not an admin whom the company needs
 * @throws Failure `member.last-admin`
 */
export function remainingAdmin(
  { company, subject, kind, role }: Member,
  members: readonly Member[],
): string | undefined {
  if (role !== 'admin' || kind !== 'person') return undefined;
  const [other] = otherAdmins(members, subject);
  if (other) return other.subject;
  throw new Failure(
    'member.last-admin',
    `${subject} is the only admin of the company ${company}: make another person an admin first`,
  );
}

export function memberNotFound(subject: string): Failure {
  return new Failure('member.not-found', `${subject} is not a member of the company`);
}

export function keepChanging(): Failure {
  return new Failure('member.changed-meanwhile', 'The members keep being changed; try again');
}
