import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { companyPattern } from '../../domain/companies/company-name.ts';
import { Failure, invalidField } from '../../domain/failure.ts';
import { type InvitedMember, type InviteMemberDependencies, inviteMember } from './invite-member.ts';

/**
 * Creates a company: its first admin is invited.
 * @param admin the address of the admin
 * @throws Failure `request.invalid` for a name that is none, `company.exists`, and those of `inviteMember`
 */
export async function createCompany(
  company: string,
  admin: { readonly email: string; readonly name?: string | undefined; readonly by: string },
  dependencies: InviteMemberDependencies & Pick<MemberStore, 'listMembers'>,
): Promise<InvitedMember> {
  if (!companyPattern.test(company)) {
    throw invalidField(
      'company',
      `"${company}" must have 1 to 63 letters, digits, _ and -, and begin with a letter or a digit`,
    );
  }
  if ((await dependencies.listMembers(company)).length > 0)
    throw new Failure('company.exists', `The company ${company} has members already: invite into it instead`);
  return inviteMember(company, { ...admin, role: 'admin' }, dependencies);
}
