import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessTokenStore } from '../../../adapters/dynamodb/companies/access-token-store.ts';
import { type MemberStore, memberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import { type SettingsStore, settingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { memberKey, settingsKey } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { beforeNext, measured, newCompany, type StoreTable } from '../store-table.ts';

/** Members with their roles, and the settings of companies. */
export function describeCompanyStores(open: () => StoreTable): void {
  let table: StoreTable;
  let settings: SettingsStore;
  let members: MemberStore;
  let company: string;

  beforeAll(() => {
    table = open();
    settings = settingsStore(table.documents, table.jobs);
    members = memberStore(table.documents, table.jobs);
  });
  beforeEach(() => {
    company = newCompany();
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const put = (item: object) => batchWrite(table.documents, table.jobs, [{ put: { ...item } }]);

  describe('The role of a member', () => {
    it.each([
      [{ role: 'admin', name: 'Ann' }, 'admin'],
      [{ role: 'owner' }, undefined],
      [undefined, undefined],
    ])('of %j is %s, by one strongly consistent read', async (member, role) => {
      if (member) await put({ ...memberKey(company, 'subject-1'), ...member });
      const { findRole } = memberStore(table.documents, table.jobs);
      const { result, calls } = await measured(table, () => findRole(company, 'subject-1'));
      expect(result).toBe(role);
      expect(calls).toMatchObject([{ command: 'Get', input: { ConsistentRead: true } }]);
      expect(await findRole(newCompany(), 'subject-1')).toBeUndefined();
    });
  });

  describe('Members', () => {
    const add = (subject: string, role: Role) =>
      members.addMember({ company, subject, kind: 'person', role, email: `${subject}@example.com` });

    it('are added once, with their company, and listed with what is known of them', async () => {
      const { result, calls } = await measured(table, () => add('ann', 'admin'));
      expect([result, calls.map(({ command }) => command)]).toEqual([true, ['TransactWrite']]);
      expect(await add('ann', 'viewer')).toBe(false);
      await put({ ...memberKey(company, 'bea'), role: 'user', name: 'By hand' });
      await put({ ...memberKey(company, 'bob'), role: 'owner' });
      expect(await members.listMembers(company)).toEqual([
        { company, subject: 'ann', kind: 'person', role: 'admin', email: 'ann@example.com' },
        { company, subject: 'bea', kind: 'person', role: 'user', name: 'By hand' },
      ]);
      expect(await members.listCompaniesOf('ann')).toContain(company);
      expect(await members.listCompanies()).toContain(company);
    });

    it('get another role or name, or are removed, only as they were seen and while another admin stays', async () => {
      await add('ann', 'admin');
      await add('bea', 'user');
      expect(await members.changeRole(company, 'bea', { from: 'viewer', to: 'admin' })).toBe(false);
      expect(await members.changeRole(company, 'ann', { from: 'admin', to: 'user' }, 'bea')).toBe(false);
      expect(await members.removeMember(company, 'ann', 'admin', 'bea')).toBe(false);
      expect(await members.findRole(company, 'ann')).toBe('admin');
      expect(await members.changeRole(company, 'bea', { from: 'user', to: 'admin' })).toBe(true);
      expect(await members.removeMember(company, 'ann', 'admin', 'bea')).toBe(true);
      expect(await members.findMember(company, 'ann')).toBeUndefined();
      expect(await members.listCompaniesOf('ann')).not.toContain(company);
      expect(await members.renameMember(company, 'ann', 'Ann')).toBe(false);
      expect(await members.renameMember(company, 'bea', 'Bea')).toBe(true);
      expect(await members.findMember(company, 'bea')).toMatchObject({ name: 'Bea', role: 'admin' });
    });

    it('that remove each other at the same moment leave one of them', async () => {
      await add('ann', 'admin');
      await add('bea', 'admin');
      const removed = await Promise.all([
        members.removeMember(company, 'ann', 'admin', 'bea'),
        members.removeMember(company, 'bea', 'admin', 'ann'),
      ]);
      expect(removed.sort()).toEqual([false, true]);
      expect(await members.listMembers(company)).toHaveLength(1);
    });
  });

  describe('Access tokens', () => {
    it('have their owner until they expire', async () => {
      const tokens = accessTokenStore(table.documents, table.jobs);
      const hash = `hash-of-${company}`;
      await tokens.putToken(hash, { company, subject: 'trust-1' }, 1_000);
      expect(await tokens.findToken(hash, 999)).toEqual({ company, subject: 'trust-1' });
      expect(await tokens.findToken(hash, 1_000)).toBeUndefined();
      expect(await tokens.findToken('another', 0)).toBeUndefined();
    });
  });

  describe('The settings of a company', () => {
    it.each([
      [undefined, {}],
      [{ timeZone: 'Europe/Berlin' }, { timeZone: 'Europe/Berlin' }],
    ])('of %j are the defaults but for what was chosen', async (item, chosen) => {
      if (item) await put({ ...settingsKey(company), ...item });
      expect(await settings.getSettings(company)).toEqual({ ...defaultSettings, ...chosen });
    });

    it('have their servers changed where they are as they were read', async () => {
      const from = defaultSettings.servers;
      const two: Server[] = ['image-serving', 'image-rendering'];
      expect(await settings.changeServers(company, from, two)).toBe(true);
      expect(await settings.changeServers(company, from, ['video'])).toBe(false);
      await settings.changeSettings(company, { timeZone: 'Europe/Berlin' });
      expect(await settings.changeServers(company, two, ['image-serving'])).toBe(true);
      expect(await settings.getSettings(company)).toEqual({
        ...defaultSettings,
        servers: ['image-serving'],
        timeZone: 'Europe/Berlin',
      });
    });

    it('get no list of servers where the one before changes meanwhile', async () => {
      beforeNext(table, 'Update', () => put({ ...settingsKey(company), servers: ['video'] }));
      expect(await settings.changeServers(company, defaultSettings.servers, ['image-serving'])).toBe(false);
      expect((await settings.getSettings(company)).servers).toEqual(['video']);
    });

    it('are changed where they are named, and nowhere else', async () => {
      await put({ ...settingsKey(company), timeZone: 'Europe/Berlin' });
      const change = { overwriteMode: 'any-folder-same-extension', allowActiveContent: false } as const;
      const { result, calls } = await measured(table, () => settings.changeSettings(company, change));
      const expected = { ...defaultSettings, ...change, timeZone: 'Europe/Berlin' };
      expect(result).toEqual(expected);
      expect(calls.map(({ command }) => command)).toEqual(['Update']);
      expect(await settings.getSettings(company)).toEqual(expected);
    });
  });
}
