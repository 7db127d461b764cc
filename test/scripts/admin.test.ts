import { beforeEach, describe, expect, it } from 'vitest';
import { logins } from '../../adapters/cognito/logins.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { jobListStore } from '../../adapters/dynamodb/jobs/job-list-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import {
  type AdminDependencies,
  adminUsage,
  parseAdminCommand,
  runAdmin,
  UsageError,
} from '../../scripts/admin/run-admin.ts';
import { cloudNames } from '../support/cloud-names.ts';
import { memoryCloud } from '../support/memory-cloud.ts';

const { JOB_TABLE, USER_POOL } = cloudNames;
const cloud = memoryCloud();
const { documents, cognito } = cloud.clients;
const dependencies: AdminDependencies = {
  ...memberStore(documents, JOB_TABLE),
  ...usageStore(documents, JOB_TABLE),
  ...logins(cognito, USER_POOL),
  ...scheduleStore(documents, JOB_TABLE),
  ...jobStore(documents, JOB_TABLE),
  ...jobListStore(documents, JOB_TABLE, Date.now),
  now: cloud.now,
};

const admin = (text: string) => runAdmin(parseAdminCommand(text.split(' ')), dependencies);

beforeEach(() => cloud.clear());

describe('The command line of the operator', () => {
  it('creates a company with its first admin, who gets an invitation', async () => {
    expect(await admin('create-company acme --email Ann@Example.com --name Ann')).toEqual([
      'ann@example.com is admin of acme (subject login-1).',
      'The user pool mailed an invitation with a temporary password.',
    ]);
    expect(cloud.userPool.mails).toEqual([{ to: 'ann@example.com', kind: 'invitation' }]);
    expect(await admin('list')).toEqual(['acme']);
    expect(await admin('list acme')).toEqual(['admin   person      ann@example.com  login-1']);
    expect(await dependencies.findMember('acme', 'login-1')).toEqual({
      company: 'acme',
      subject: 'login-1',
      kind: 'person',
      role: 'admin',
      name: 'Ann',
      email: 'ann@example.com',
      added: '2026-11-24T08:30:00.000Z',
      addedBy: 'operator',
    });
  });

  it('invites, changes roles, removes and resets, by address or by subject', async () => {
    await admin('create-company acme --email ann@example.com');
    expect(await admin('invite acme bea@example.com --role user')).toHaveLength(2);
    expect(await admin('resend-invitation acme bea@example.com')).toEqual([
      'Mailed a new invitation to bea@example.com.',
    ]);
    expect(await admin('role acme BEA@example.com viewer')).toEqual([
      'viewer  person      bea@example.com  login-2',
    ]);
    cloud.userPool.add('login-2', 'bea@example.com');
    expect(await admin('reset-password acme login-2')).toEqual([
      'Mailed a code for a new password to bea@example.com. The present password opens nothing any more.',
    ]);
    await admin('reset-mfa acme login-2');
    expect(cloud.userPool.logins.get('login-2')).toMatchObject({ mfa: false, signedOut: 1 });
    expect(await admin('remove acme bea@example.com')).toEqual([
      'Removed bea@example.com from acme. login-1 has 0 schedules and 0 unfinished jobs now.',
    ]);
    expect(await admin('list acme')).toHaveLength(1);
  });

  it('shows and sets the quota of a company', async () => {
    await admin('create-company acme --email ann@example.com');
    expect(await admin('quota acme')).toEqual([
      'acme may have any number of assets and any number of bytes.',
    ]);
    expect(await admin('quota acme --assets 50000 --bytes 2.5T')).toEqual([
      'acme may have 50000 assets and 2500000000000 bytes.',
    ]);
    expect(await admin('quota acme --assets none --bytes 500GB')).toEqual([
      'acme may have any number of assets and 500000000000 bytes.',
    ]);
    await expect(admin('quota nobody --assets 1')).rejects.toThrow('There is no company nobody');
    for (const wrong of ['many', '1.5', '1X', '1000000000000000000'])
      await expect(admin(`quota acme --assets ${wrong}`)).rejects.toThrow(UsageError);
  });

  it('mails nothing to a person who has a login', async () => {
    await admin('create-company acme --email ann@example.com');
    await admin('create-company luma --email ann@example.com');
    expect(cloud.userPool.mails).toHaveLength(1);
    expect(await dependencies.listCompaniesOf('login-1')).toEqual(['acme', 'luma']);
  });

  it.each([
    [
      'create-company acme --email ann@example.com',
      'The company acme has members already: invite into it instead',
    ],
    [
      'create-company a#b --email ann@example.com',
      'company: "a#b" must have 1 to 63 letters, digits, _ and -',
    ],
    ['create-company beta', '--email is "": it must be an e-mail address such as ann@example.com.'],
    ['create-company beta --email ann', '--email is "ann": it must be an e-mail address'],
    ['invite acme', 'invite takes 2 names; it got 1.'],
    ['invite acme bea@example.com --role owner', '--role is "owner": it must be one of viewer, user, admin.'],
    ['invite acmee bea@example.com --role user', 'There is no company acmee: create it with create-company'],
    ['invite acme ann@example.com --role user', 'ann@example.com is a member of the company'],
    ['role acme bea@example.com user', 'bea@example.com is not a member of acme'],
    ['role acme ann@example.com user', 'login-1 is the only admin of the company acme'],
    ['remove acme ann@example.com', 'login-1 is the only admin of the company acme'],
    ['remove acme nobody@example.com', 'nobody@example.com is not a member of the company'],
    ['delete acme', 'There is no command "delete".'],
    ['list --verbose', "Unknown option '--verbose'"],
  ])('refuses "%s" and says why', async (text, message) => {
    await admin('create-company acme --email ann@example.com');
    await expect((async () => admin(text))()).rejects.toThrow(message);
    expect(await admin('list acme')).toHaveLength(1);
  });

  it('calls only errors of usage so', () => {
    expect(() => parseAdminCommand(['list', '--verbose'])).toThrow(UsageError);
    expect(adminUsage).toContain('create-company <company> --email <address>');
  });
});
