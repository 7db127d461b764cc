import type { memberRoutes } from '@pressroom/api/companies/member-routes';
import type { RateLimit } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import { changeRole, memberNotFound } from '../../../application/companies/change-role.ts';
import { inviteMember as invite } from '../../../application/companies/invite-member.ts';
import { removeMember as remove } from '../../../application/companies/remove-member.ts';
import type { Member } from '../../../domain/companies/member.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';
import { enforceRateLimit } from './rate-limit.ts';

export function toMemberResponse(member: Member) {
  return pick(member, ['subject', 'kind', 'role', 'name', 'email', 'added', 'addedBy']);
}

async function listMembers(
  { company }: Pick<RequestOf<'listMembers'>, 'company'>,
  { members }: Dependencies,
): PromisedResponse<'listMembers'> {
  return { items: (await members.listMembers(company)).map(toMemberResponse) };
}

/** Of a company, for all that sends mail or changes a login: the user pool is shared, and its mails a day are limited. */
const loginLimit: RateLimit = { calls: 30, windowSeconds: 60 };

/** Invites a person. */
async function inviteMember(
  { company, user, body }: RequestOf<'inviteMember'>,
  dependencies: Dependencies,
): PromisedResponse<'inviteMember'> {
  await limitLogins(company, dependencies);
  const { members, logins, now } = dependencies;
  const invited = { ...body, by: user.subject };
  const { member, mailed } = await invite(company, invited, { ...members, ...logins, now });
  return { ...toMemberResponse(member), mailed };
}

/** A read, and for a person a call of the user pool. */
async function readMember(
  { company, params }: Pick<RequestOf<'readMember'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'readMember'> {
  const member = await findMember(company, params.subject, dependencies);
  const login = member.kind === 'person' ? await dependencies.logins.readLogin(member.subject) : undefined;
  return { ...toMemberResponse(member), ...(login && { login: login.state }) };
}

async function editMember(
  { company, params, body }: Pick<RequestOf<'editMember'>, 'company' | 'params' | 'body'>,
  { members }: Dependencies,
): PromisedResponse<'editMember'> {
  const { subject } = params;
  const { role, name } = body;
  if (role !== undefined) await changeRole(company, subject, role, members);
  if (name !== undefined && !(await members.renameMember(company, subject, name)))
    throw memberNotFound(subject);
  return toMemberResponse(await findMember(company, subject, { members }));
}

/** Removes a member, and hands over what is theirs. */
async function removeMember(
  { company, user, params, query }: RequestOf<'removeMember'>,
  { members, machines, schedules, jobs, now, log }: Dependencies,
): PromisedResponse<'removeMember'> {
  const member = await members.findMember(company, params.subject);
  const removal = { successor: query.successor, by: user.subject };
  const { successor, ...given } = await remove(company, params.subject, removal, {
    ...members,
    ...schedules,
    ...jobs,
    now,
  });
  if (member?.kind === 'machine') {
    try {
      await machines.deleteClient(member.subject);
    } catch (error) {
      // It opens nothing any more.
      log.warn(
        `The app client ${member.subject} of a removed machine stays in the user pool`,
        error as Error,
      );
    }
  }
  return { successor, schedules: [...given.schedules], jobs: [...given.jobs] };
}

async function resendInvitation(
  { company, params }: Pick<RequestOf<'resendInvitation'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'resendInvitation'> {
  await limitLogins(company, dependencies);
  const { subject, email } = await findPerson(company, params.subject, dependencies);
  if (email === undefined)
    throw new Failure('login.refused', 'The address of the member is unknown: remove and invite them again');
  await dependencies.logins.resendInvitation(subject, email);
  return { mailed: true };
}

/** Harmless for the person: the code goes to their own address. */
async function resetPassword(
  { company, params }: Pick<RequestOf<'resetPassword'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'resetPassword'> {
  await limitLogins(company, dependencies);
  const { subject } = await findPerson(company, params.subject, dependencies);
  await dependencies.logins.resetPassword(subject);
  return { mailed: true };
}

/**
 * Removes the second factor of a login, if it is no login of another company as well: an admin must not lower the
 * security of a company that is not theirs.
 */
async function resetMfa(
  { company, params }: Pick<RequestOf<'resetMfa'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'resetMfa'> {
  await limitLogins(company, dependencies);
  const { subject } = await findPerson(company, params.subject, dependencies);
  const companies = await dependencies.members.listCompaniesOf(subject);
  if (companies.some((other) => other !== company))
    throw new Failure(
      'login.refused',
      'The login belongs to another company too: ask the operator of the installation to reset it',
    );
  await dependencies.logins.resetMfa(subject);
  return { reset: true };
}

/** @throws Failure `request.rate-limited` */
export function limitLogins(company: string, dependencies: Dependencies): Promise<void> {
  return enforceRateLimit(`logins#${company}`, loginLimit, dependencies);
}

/** @throws Failure `member.not-found` */
export async function findMember(
  company: string,
  subject: string,
  { members }: Pick<Dependencies, 'members'>,
): Promise<Member> {
  const member = await members.findMember(company, subject);
  if (!member) throw memberNotFound(subject);
  return member;
}

/** @throws Failure `member.not-found`; `login.not-found` for a machine or a trust rule */
async function findPerson(company: string, subject: string, dependencies: Dependencies): Promise<Member> {
  const member = await findMember(company, subject, dependencies);
  if (member.kind === 'person') return member;
  throw new Failure('login.not-found', `${subject} is a ${member.kind}: it has no login`);
}

export const memberHandlers = {
  listMembers,
  inviteMember,
  readMember,
  editMember,
  removeMember,
  resendInvitation,
  resetPassword,
  resetMfa,
} satisfies HandlersOf<typeof memberRoutes>;
