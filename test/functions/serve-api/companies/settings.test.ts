import { routes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import type { WithdrawnAsset } from '../../../../application/assets/withdraw-assets.ts';
import type { Asset, AssetType } from '../../../../domain/assets/asset.ts';
import { type CompanySettings, defaultSettings } from '../../../../domain/companies/settings.ts';
import { overwriteModes } from '../../../../domain/uploads/overwrite.ts';
import { anAsset } from '../../../support/builders.ts';
import { now } from '../api-records.ts';
import { ask } from '../ask.ts';

async function edit(body: unknown) {
  const changes: Partial<CompanySettings>[] = [];
  const response = await ask(
    'admin',
    { method: 'PATCH', path: '/settings', body },
    {
      changeSettings: async (company, change) => {
        expect(company).toBe('luma');
        changes.push(change);
        return { ...defaultSettings, ...change };
      },
    },
  );
  return { response, changes };
}

describe('the settings of a company', () => {
  it('are read by everyone in it, and hold nothing but what there is to choose', async () => {
    const kept = { ...defaultSettings, timeZone: 'Asia/Tokyo', secret: 'x' };
    const response = await ask(
      'viewer',
      { method: 'GET', path: '/settings' },
      { getSettings: async () => kept },
    );
    expect(response.status).toBe(200);
    expect(routes.readSettings.response.schema.parse(response.body)).toEqual({
      ...defaultSettings,
      timeZone: 'Asia/Tokyo',
    });
  });

  it.each<[body: object, change: object]>([
    [{ timeZone: 'Europe/Berlin' }, { timeZone: 'Europe/Berlin' }],
    [{ timeZone: 'america/new_york' }, { timeZone: 'America/New_York' }],
    [{ publishOnUpload: 'mark' }, { publishOnUpload: 'mark' }],
    [{ autoQuality: true }, { autoQuality: true }],
    [
      { retainPublishState: false, allowActiveContent: true },
      { retainPublishState: false, allowActiveContent: true },
    ],
    ...overwriteModes.map((overwriteMode) => [{ overwriteMode }, { overwriteMode }] as [object, object]),
  ])('change by %j where that names them', async (body, change) => {
    const { response, changes } = await edit(body);
    expect(response.status).toBe(200);
    expect(changes).toEqual([change]);
    expect(response.body).toEqual({ ...defaultSettings, ...change });
  });

  it.each([
    [{}, 'body', 'must name at least one setting'],
    [{ timeZone: '+01:00' }, 'timeZone', 'must be an IANA time zone'],
    [{ timeZone: 7 }, 'timeZone', 'must be a text'],
    [{ publishOnUpload: 'later' }, 'publishOnUpload', 'must be now or mark'],
    [{ overwriteMode: 'OverwriteFullName' }, 'overwriteMode', 'must be one of current-folder-same-extension'],
    [{ retainPublishState: 'yes' }, 'retainPublishState', 'must be true or false'],
    [{ autoQuality: 1 }, 'autoQuality', 'must be true or false'],
    [{ allowActiveContent: null }, 'allowActiveContent', 'must be true or false'],
    [{ servers: ['video'] }, 'servers', 'is not known here'],
    [{ colour: 'red' }, 'colour', 'is not known here'],
  ])('do not change by %j', async (body, field, message) => {
    const { response, changes } = await edit(body);
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(message) });
    expect(changes).toEqual([]);
  });
});

describe('switching active content off', () => {
  const publications = { 'image-serving': { version: 1, at: now, by: 'ann', key: 'k' } };
  const live = [
    anAsset({ id: 'menu', type: 'javascript', publications }),
    anAsset({ id: 'promo', type: 'html', publications }),
  ];

  /** The index of types, read for both types by turns. */
  function listing(next: () => readonly Asset[]) {
    let current: readonly Asset[] = [];
    return {
      async *listIdsOfType(_: string, type: AssetType) {
        if (type === 'javascript') current = next();
        yield current.filter((asset) => asset.type === type).map(({ id }) => id);
      },
      getAssets: async (_: string, ids: readonly string[]) =>
        new Map(current.filter(({ id }) => ids.includes(id)).map((asset) => [asset.id, asset])),
    };
  }

  async function switchOff(body: object, found: readonly Asset[]) {
    const calls: string[] = [];
    let left = found;
    const response = await ask(
      'admin',
      { method: 'PATCH', path: '/settings', body: { allowActiveContent: false, ...body } },
      {
        ...listing(() => left),
        changeSettings: async (_: string, change: Partial<CompanySettings>) => {
          calls.push('settings');
          return { ...defaultSettings, ...change };
        },
        withdrawAssets: async (_: string, assets: readonly Asset[]) => {
          calls.push(`withdraw ${assets.map(({ id }) => id).join()}`);
          left = [];
          return new Map<string, WithdrawnAsset>(
            assets.map(({ id }) => [id, { id, outcome: 'unpublished', servers: [], message: '' }]),
          );
        },
      },
    );
    return { response, calls };
  }

  it('lists what is live, and changes nothing without a confirmation', async () => {
    const { response, calls } = await switchOff({}, live);
    expect(response.status).toBe(422);
    expect(response.body).toMatchObject({
      code: 'settings.not-confirmed',
      errors: [
        { field: 'confirm', message: expect.stringContaining('2 assets') },
        { field: 'allowActiveContent', message: 'menu (javascript) is live' },
        { field: 'allowActiveContent', message: 'promo (html) is live' },
      ],
    });
    expect(calls).toEqual([]);
  });

  it('closes the door first and then withdraws what is live', async () => {
    const { response, calls } = await switchOff({ confirm: 'allowActiveContent' }, live);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ allowActiveContent: false, withdrawn: ['menu', 'promo'] });
    expect(calls).toEqual(['settings', 'withdraw menu,promo']);
  });

  it('needs no confirmation if nothing is live', async () => {
    const { response, calls } = await switchOff({}, []);
    expect(response.status).toBe(200);
    expect(response.body).not.toHaveProperty('withdrawn');
    expect(calls).toEqual(['settings']);
  });

  it('withdraws what went live while nothing was found yet', async () => {
    const found = [[], live.slice(0, 1), []];
    const withdrawn: string[] = [];
    const response = await ask(
      'admin',
      { method: 'PATCH', path: '/settings', body: { allowActiveContent: false } },
      {
        ...listing(() => found.shift() ?? []),
        withdrawAssets: async (_: string, assets: readonly Asset[]) => {
          withdrawn.push(...assets.map(({ id }) => id));
          return new Map<string, WithdrawnAsset>(
            assets.map(({ id }) => [id, { id, outcome: 'unpublished', servers: [], message: '' }]),
          );
        },
      },
    );
    expect(response).toMatchObject({ status: 200, body: { withdrawn: ['menu'] } });
    expect(withdrawn).toEqual(['menu']);
  });

  it('asks for a repetition if something could not be withdrawn', async () => {
    const body = { allowActiveContent: false, confirm: 'allowActiveContent' };
    const response = await ask(
      'admin',
      { method: 'PATCH', path: '/settings', body },
      {
        ...listing(() => live),
        withdrawAssets: async () => new Map<string, WithdrawnAsset>(),
      },
    );
    expect(response.status).toBe(503);
    expect(response.body).toMatchObject({ detail: expect.stringContaining('2 assets are still live') });
  });
});
