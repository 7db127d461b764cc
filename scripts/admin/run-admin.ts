import { parseArgs } from 'node:util';
import type { Logins } from '../../adapters/cognito/logins.ts';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { UsageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { changeRole } from '../../application/companies/change-role.ts';
import { createCompany } from '../../application/companies/create-company.ts';
import { inviteMember } from '../../application/companies/invite-member.ts';
import { type RemoveMemberDependencies, removeMember } from '../../application/companies/remove-member.ts';
import type { Member } from '../../domain/companies/member.ts';
import { type Role, roles } from '../../domain/companies/role.ts';
import { Failure } from '../../domain/failure.ts';

export interface AdminDependencies
  extends RemoveMemberDependencies,
    MemberStore,
    Logins,
    Pick<UsageStore, 'readQuota' | 'changeQuota'> {}

export const adminUsage = `npm run admin -- <command> [options]
  create-company <company> --email <address> [--name <name>]   create a company and invite its first admin
  invite <company> <address> --role <role> [--name <name>]     add a person; without a login they get a mail
  role <company> <member> <role>                               change the role of a member
  remove <company> <member> [--successor <member>]             remove a member; schedules and unfinished jobs go to the successor
  list [<company>]                                             list the companies, or the members of one
  resend-invitation <company> <member>                         mail the invitation once more
  reset-password <company> <member>                            end the password and mail a code for a new one
  reset-mfa <company> <member>                                 remove the authenticator app of a member
  quota <company> [--assets <number>] [--bytes <number>]       show or set how much a company may store; none removes a limit

  <role>: ${roles.join(', ')}; <member>: e-mail address or subject

Where
  --environment <name>  prefix and region of environments/<name>.json
  --prefix <prefix>     prefix of the deployed stacks (default: pressroom)
  --region <region>     region of the deployed stacks (default: that of your AWS settings)
  --local               the local cloud of npm start
The AWS credentials are those of your shell.`;

/** An error of the person at the command line: its text is all that they need. */
export class UsageError extends Error {}

export interface AdminCommand {
  readonly name: string;
  readonly positionals: readonly string[];
  readonly options: {
    readonly email?: string;
    readonly name?: string;
    readonly role?: string;
    readonly successor?: string;
    readonly assets?: string;
    readonly bytes?: string;
    readonly environment?: string;
    readonly prefix?: string;
    readonly region?: string;
    readonly local?: boolean;
  };
}

const commandNames: readonly string[] = [
  'create-company',
  'invite',
  'role',
  'remove',
  'list',
  'resend-invitation',
  'reset-password',
  'reset-mfa',
  'quota',
];

/** @throws UsageError for what the command line does not know */
export function parseAdminCommand(parameters: readonly string[]): AdminCommand {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        email: text,
        name: text,
        role: text,
        successor: text,
        assets: text,
        bytes: text,
        environment: text,
        prefix: text,
        region: text,
        local: { type: 'boolean' },
      },
    });
    const [name = '', ...others] = positionals;
    if (name === '') throw new UsageError('Name a command.');
    if (!commandNames.includes(name)) throw new UsageError(`There is no command "${name}".`);
    return { name, positionals: others, options: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Who acts: shown as `addedBy` of members. */
const by = 'operator';

/**
 * Runs a command of the operator, who needs no membership of the company.
 * @returns lines for the terminal
 * @throws UsageError, and the failures of the use cases
 */
export async function runAdmin(
  { name, positionals, options }: AdminCommand,
  dependencies: AdminDependencies,
): Promise<string[]> {
  const [company = '', second = '', third = ''] = positionals;
  switch (name) {
    case 'create-company': {
      expectPositionals(1);
      const admin = { email: checkedEmail(options.email ?? '', '--email'), name: options.name, by };
      return invitedLines(await createCompany(company, admin, dependencies), company);
    }
    case 'invite': {
      expectPositionals(2);
      await checkCompany();
      const invited = { email: checkedEmail(second, '<address>'), name: options.name, by };
      const role = checkedRole(options.role ?? '', '--role');
      return invitedLines(await inviteMember(company, { ...invited, role }, dependencies), company);
    }
    case 'role': {
      expectPositionals(3);
      const { subject } = await findMember(second);
      return [lineOf(await changeRole(company, subject, checkedRole(third, '<role>'), dependencies))];
    }
    case 'remove': {
      expectPositionals(2);
      // A former member, whose removal was interrupted, is known by the subject only.
      const subject = (await memberCalled(second))?.subject ?? second;
      const successor =
        options.successor === undefined ? undefined : (await findMember(options.successor)).subject;
      const given = await removeMember(company, subject, { successor, by }, dependencies);
      const counts = `${given.schedules.length} schedules and ${given.jobs.length} unfinished jobs`;
      return [`Removed ${second} from ${company}. ${given.successor} has ${counts} now.`];
    }
    case 'list': {
      if (company === '') return listedOr(await dependencies.listCompanies(), 'There is no company yet.');
      const members = await dependencies.listMembers(company);
      return listedOr(members.map(lineOf), `There is no company ${company}.`);
    }
    case 'resend-invitation': {
      expectPositionals(2);
      const { subject, email = second } = await findMember(second);
      await dependencies.resendInvitation(subject, email);
      return [`Mailed a new invitation to ${email}.`];
    }
    case 'reset-password': {
      expectPositionals(2);
      const { subject, email = subject } = await findMember(second);
      await dependencies.resetPassword(subject);
      return [`Mailed a code for a new password to ${email}. The present password opens nothing any more.`];
    }
    case 'reset-mfa': {
      expectPositionals(2);
      const { subject, email = subject } = await findMember(second);
      await dependencies.resetMfa(subject);
      return [`Removed the authenticator app of ${email} and ended all sessions.`];
    }
    case 'quota': {
      expectPositionals(1);
      await checkCompany();
      const change = {
        ...(options.assets !== undefined && { assets: checkedLimit(options.assets, '--assets') }),
        ...(options.bytes !== undefined && { bytes: checkedLimit(options.bytes, '--bytes') }),
      };
      if (Object.keys(change).length > 0) await dependencies.changeQuota(company, change);
      const { assets = 'any number of', bytes = 'any number of' } = await dependencies.readQuota(company);
      return [`${company} may have ${assets} assets and ${bytes} bytes.`];
    }
    default:
      throw new UsageError(`There is no command "${name}".`);
  }

  function expectPositionals(count: number): void {
    if (positionals.length !== count)
      throw new UsageError(`${name} takes ${count} names; it got ${positionals.length}.`);
  }

  /** A typing error in the name must not create a company. */
  async function checkCompany(): Promise<void> {
    if ((await dependencies.listMembers(company)).length === 0)
      throw new Failure('company.not-found', `There is no company ${company}: create it with create-company`);
  }

  async function memberCalled(called: string): Promise<Member | undefined> {
    const members = await dependencies.listMembers(company);
    return members.find(
      ({ subject, email }) => subject === called || email?.toLowerCase() === called.toLowerCase(),
    );
  }

  async function findMember(called: string): Promise<Member> {
    const member = await memberCalled(called);
    if (!member) throw new Failure('member.not-found', `${called} is not a member of ${company}`);
    return member;
  }
}

function checkedRole(text: string, field: string): Role {
  const role = roles.find((known) => known === text);
  if (!role) throw new UsageError(`${field} is "${text}": it must be one of ${roles.join(', ')}.`);
  return role;
}

/** Units of bytes are powers of 1,000, as in the prices of AWS. */
const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** @returns undefined for `none` */
function checkedLimit(text: string, field: string): number | undefined {
  if (text === 'none') return undefined;
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d+)?)([kMGT]?)B?$/.exec(text) ?? [];
  const limit = Number(digits) * (units[unit] ?? 1);
  if (digits === '' || !Number.isSafeInteger(limit))
    throw new UsageError(
      `${field} is "${text}": it must be a whole number such as 50000, 500G or 2.5T, or none.`,
    );
  return limit;
}

function checkedEmail(text: string, field: string): string {
  if (!/^[^@\s"\\]+@[^@\s"\\]+\.[^@\s"\\]+$/.test(text))
    throw new UsageError(`${field} is "${text}": it must be an e-mail address such as ann@example.com.`);
  return text;
}

function invitedLines(
  { member, mailed }: { readonly member: Member; readonly mailed: boolean },
  company: string,
): string[] {
  return [
    `${member.email} is ${member.role} of ${company} (subject ${member.subject}).`,
    mailed
      ? 'The user pool mailed an invitation with a temporary password.'
      : 'The person has a login already, so no invitation was mailed.',
  ];
}

function lineOf({ role, kind, email, name, subject }: Member): string {
  return [role.padEnd(6), kind.padEnd(10), email ?? name ?? '', subject].join('  ');
}

function listedOr(lines: readonly string[], otherwise: string): string[] {
  return lines.length === 0 ? [otherwise] : [...lines];
}
