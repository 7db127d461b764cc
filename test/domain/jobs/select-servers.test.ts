import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetTypes, type Publications } from '../../../domain/assets/asset.ts';
import { isPending, serversFor } from '../../../domain/assets/publish-state.ts';
import { defaultSettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers, servers } from '../../../domain/delivery/server.ts';
import { selectServers } from '../../../domain/jobs/select-servers.ts';

const live = (version: number): Publications => ({
  'image-serving': { version, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/image/a' },
});
const asset = {
  id: 'a',
  version: 2,
  type: 'image',
  intent: 'live',
  publications: {},
  bytes: 1,
  folder: '/',
} as const;

describe('a publish job selects', () => {
  it.each([
    ['an asset that was never published and should be live', { intent: 'live' }, true, true],
    ['an asset that was never published and is pending', { intent: 'pending' }, true, true],
    ['no held asset', { intent: 'held' }, false, false],
    ['an asset that changed since publish, if the job is full', { publications: live(1) }, false, true],
    ['no held asset that changed since publish', { publications: live(1), intent: 'held' }, false, false],
    ['no asset whose current version is live', { publications: live(2) }, false, false],
    ['no asset that its servers do not take', { type: 'video' }, false, false],
  ] as const)('%s', (_, changes, isNew, isFull) => {
    const candidate = { ...asset, ...changes };
    const select = (publish: 'new' | 'full') =>
      selectServers(candidate, { publish, servers: ['image-serving'] }, defaultSettings);
    expect(select('new')).toEqual(isNew ? ['image-serving'] : []);
    expect(select('full')).toEqual(isFull ? ['image-serving'] : []);
  });

  it.each([
    ['an asset whose current version is live', { publications: live(2) }, true],
    ['an asset that changed since publish', { publications: live(1) }, true],
    ['an asset that was never published', { intent: 'pending' }, true],
    ['no held asset', { intent: 'held', publications: live(2) }, false],
    [
      'no pending asset that is live because its withdrawal is not finished',
      { intent: 'pending', publications: live(2) },
      false,
    ],
    ['no asset that its servers do not take', { type: 'video' }, false],
  ] as const)('with force %s', (_, changes, isTaken) => {
    const job = { publish: 'new', force: true, servers: ['image-serving'] } as const;
    expect(selectServers({ ...asset, ...changes }, job, defaultSettings)).toEqual(
      isTaken ? ['image-serving'] : [],
    );
  });

  it.each([
    ['was never published there', {}, true, false],
    ['is live there', { publications: live(2) }, false, true],
    ['is live there in an older version', { publications: live(1) }, false, true],
    ['is held and live there', { intent: 'held', publications: live(2) }, false, true],
    ['is held and not live there', { intent: 'held' }, false, false],
  ] as const)('for a server toggle an asset that %s', (_, changes, isPending, isWithdrawn) => {
    const select = (publish: 'enable-server' | 'disable-server', servers: typeof defaultSettings.servers) =>
      selectServers({ ...asset, ...changes }, { publish, servers: ['image-serving'] }, { servers });
    expect(select('enable-server', ['image-serving'])).toEqual(isPending ? ['image-serving'] : []);
    expect(select('disable-server', [])).toEqual(isWithdrawn ? ['image-serving'] : []);
    // The toggle was reversed before the job ran: nothing is selected.
    expect(select('enable-server', [])).toEqual([]);
    expect(select('disable-server', ['image-serving'])).toEqual([]);
  });

  it('servers of an asset independently of each other', () => {
    const settings = { ...defaultSettings, servers: allServers };
    const candidate = { ...asset, publications: live(1) };
    expect(selectServers(candidate, { publish: 'new', servers }, settings)).toEqual(['server-directory']);
    expect(selectServers(candidate, { publish: 'full', servers }, settings)).toEqual([
      'image-serving',
      'server-directory',
    ]);
  });

  it('exactly the assets of the pending index, if it is full and for all servers', () => {
    const publication = fc.record({
      version: fc.integer({ min: 1, max: 3 }),
      at: fc.constant('2026-11-24T08:00:00.000Z'),
      by: fc.constant('ann'),
      key: fc.constant('luma/image/a'),
    });
    const publications = fc.record(
      { 'image-serving': publication, video: publication, 'server-directory': publication },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...assetTypes),
        fc.constantFrom('live', 'pending', 'held'),
        publications,
        fc.subarray([...allServers]),
        (type, intent, live, servers) => {
          const settings = { ...defaultSettings, servers };
          const candidate = { ...asset, version: 3, type, intent, publications: live as Publications };
          const full = selectServers(candidate, { publish: 'full', servers: serversOf(settings) }, settings);
          expect(full.length > 0).toBe(isPending(candidate, settings));
          const onlyNew = selectServers(
            candidate,
            { publish: 'new', servers: serversOf(settings) },
            settings,
          );
          expect(full).toEqual(expect.arrayContaining(onlyNew));
          const forced = selectServers(
            candidate,
            { publish: 'full', force: true, servers: serversOf(settings) },
            settings,
          );
          expect(forced).toEqual(expect.arrayContaining(full));
          expect(serversFor(type, settings)).toEqual(expect.arrayContaining(full));
        },
      ),
    );
  });
});
