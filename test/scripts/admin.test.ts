import { beforeEach, describe, expect, it } from 'vitest';
import { logins } from '../../adapters/cognito/logins.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
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

  it('adds an admin to a company whose admins are gone, and resets the MFA of a login', async () => {
    await admin('create-company acme --email ann@example.com');
    expect(await admin('add-admin acme --email bea@example.com')).toEqual([
      'bea@example.com is admin of acme (subject login-2).',
      'The user pool mailed an invitation with a temporary password.',
    ]);
    cloud.userPool.add('login-2', 'bea@example.com');
    await admin('reset-mfa acme BEA@example.com');
    expect(cloud.userPool.logins.get('login-2')).toMatchObject({ mfa: false, signedOut: 1 });
    expect(await dependencies.listMembers('acme')).toHaveLength(2);
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
    ['add-admin acme', '--email is "": it must be an e-mail address such as ann@example.com.'],
    ['add-admin acmee --email bea@example.com', 'There is no company acmee: create it with create-company'],
    ['add-admin acme --email ann@example.com', 'ann@example.com is a member of the company'],
    ['reset-mfa acme', 'reset-mfa takes 2 names; it got 1.'],
    ['reset-mfa acme nobody@example.com', 'nobody@example.com is not a member of acme'],
    ['delete acme', 'There is no command "delete".'],
    ['list --verbose', "Unknown option '--verbose'"],
  ])('refuses "%s" and says why', async (text, message) => {
    await admin('create-company acme --email ann@example.com');
    await expect((async () => admin(text))()).rejects.toThrow(message);
    expect(await dependencies.listMembers('acme')).toHaveLength(1);
  });

  it('calls only errors of usage so', () => {
    expect(() => parseAdminCommand(['list', '--verbose'])).toThrow(UsageError);
    expect(adminUsage).toContain('create-company <company> --email <address>');
  });
});
