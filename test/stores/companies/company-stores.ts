import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import { type SettingsStore, settingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { memberKey, settingsKey } from '../../../adapters/dynamodb/keys.ts';
import { batchWrite } from '../../../adapters/dynamodb/table/batch-write.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { beforeNext, measured, newCompany, type StoreTable } from '../store-table.ts';

/** Members with their roles, and the settings of companies. */
export function describeCompanyStores(open: () => StoreTable): void {
  let table: StoreTable;
  let settings: SettingsStore;
  let company: string;

  beforeAll(() => {
    table = open();
    settings = settingsStore(table.documents, table.jobs);
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
