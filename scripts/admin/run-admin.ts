import { parseArgs } from 'node:util';
import type { Logins } from '../../adapters/cognito/logins.ts';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { UsageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { createCompany } from '../../application/companies/create-company.ts';
import { inviteMember } from '../../application/companies/invite-member.ts';
import type { Member } from '../../domain/companies/member.ts';
import { Failure } from '../../domain/failure.ts';

export interface AdminDependencies
  extends MemberStore,
    Logins,
    Pick<UsageStore, 'readQuota' | 'changeQuota'> {
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

export const adminUsage = `npm run admin -- <command> [options]
With AWS credentials, for what no member of a company may do
  create-company <company> --email <address> [--name <name>]   create a company and invite its first admin
  add-admin <company> --email <address> [--name <name>]        add an admin to a company whose admins are gone
  list                                                         list the companies
  reset-mfa <company> <member>                                 remove the authenticator app of a login of several companies
  quota <company> [--assets <number>] [--bytes <number>]       show or set how much a company may store; none removes a limit

Where
  --environment <name>  prefix and region of environments/<name>.json
  --prefix <prefix>     prefix of the deployed stacks (default: pressroom)
  --region <region>     region of the deployed stacks (default: that of your AWS settings)
  --local               the local cloud of npm start
The AWS credentials are those of your shell.

As an admin of the company, by the command line (npx pressroom members --help)
  members <command>                                            invite, role, remove, ls, show, reset-password, …`;

/** An error of the person at the command line: its text is all that they need. */
export class UsageError extends Error {}

export interface AdminCommand {
  readonly name: string;
  readonly positionals: readonly string[];
  readonly options: {
    readonly email?: string;
    readonly name?: string;
    readonly assets?: string;
    readonly bytes?: string;
    readonly environment?: string;
    readonly prefix?: string;
    readonly region?: string;
    readonly local?: boolean;
  };
}

const commandNames: readonly string[] = ['create-company', 'add-admin', 'list', 'reset-mfa', 'quota'];

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
  const [company = '', second = ''] = positionals;
  switch (name) {
    case 'create-company': {
      expectPositionals(1);
      return invitedLines(await createCompany(company, checkedAdmin(), dependencies), company);
    }
    case 'add-admin': {
      expectPositionals(1);
      // A typing error in the name must not create a company.
      await checkCompany();
      const invited = { ...checkedAdmin(), role: 'admin' as const };
      return invitedLines(await inviteMember(company, invited, dependencies), company);
    }
    case 'list': {
      expectPositionals(0);
      const companies = await dependencies.listCompanies();
      return companies.length === 0 ? ['There is no company yet.'] : [...companies];
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

  async function checkCompany(): Promise<void> {
    if ((await dependencies.listMembers(company)).length === 0)
      throw new Failure('company.not-found', `There is no company ${company}: create it with create-company`);
  }

  function checkedAdmin() {
    return { email: checkedEmail(options.email ?? ''), name: options.name, by };
  }

  async function findMember(called: string): Promise<Member> {
    const members = await dependencies.listMembers(company);
    const member = members.find(
      ({ subject, email }) => subject === called || email?.toLowerCase() === called.toLowerCase(),
    );
    if (!member) throw new Failure('member.not-found', `${called} is not a member of ${company}`);
    return member;
  }
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

function checkedEmail(text: string): string {
  if (!/^[^@\s"\\]+@[^@\s"\\]+\.[^@\s"\\]+$/.test(text))
    throw new UsageError(`--email is "${text}": it must be an e-mail address such as ann@example.com.`);
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
