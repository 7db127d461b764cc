import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetTypes, type Publications } from '../../../domain/assets/asset.ts';
import { isPending, serversFor } from '../../../domain/assets/publish-state.ts';
import { defaultSettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers, servers } from '../../../domain/delivery/server.ts';
import { selectServers } from '../../../domain/jobs/selection.ts';

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

describe('A publish job selects', () => {
  it.each([
    ['what was never published and is wanted live', { intent: 'live' }, true, true],
    ['what was never published and is pending', { intent: 'pending' }, true, true],
    ['nothing that is held', { intent: 'held' }, false, false],
    ['what changed since, if it is full', { publications: live(1) }, false, true],
    ['nothing that changed and is held', { publications: live(1), intent: 'held' }, false, false],
    ['nothing that is live as it is', { publications: live(2) }, false, false],
    ['nothing that belongs elsewhere', { type: 'video' }, false, false],
  ] as const)('%s', (_, changes, isNew, isFull) => {
    const candidate = { ...asset, ...changes };
    const select = (publish: 'new' | 'full') =>
      selectServers(candidate, { publish, servers: ['image-serving'] }, defaultSettings);
    expect(select('new')).toEqual(isNew ? ['image-serving'] : []);
    expect(select('full')).toEqual(isFull ? ['image-serving'] : []);
  });

  it.each([
    ['what is live as it is', { publications: live(2) }, true],
    ['what changed', { publications: live(1) }, true],
    ['what was never published', { intent: 'pending' }, true],
    ['nothing that is held, live or not', { intent: 'held', publications: live(2) }, false],
    [
      'nothing that is pending and live, which an upload took back',
      { intent: 'pending', publications: live(2) },
      false,
    ],
    ['nothing that belongs elsewhere', { type: 'video' }, false],
  ] as const)('by force %s', (_, changes, isTaken) => {
    const job = { publish: 'new', force: true, servers: ['image-serving'] } as const;
    expect(selectServers({ ...asset, ...changes }, job, defaultSettings)).toEqual(
      isTaken ? ['image-serving'] : [],
    );
  });

  it.each([
    ['never published there', {}, true, false],
    ['live there', { publications: live(2) }, false, true],
    ['live there in an older version', { publications: live(1) }, false, true],
    ['held, and live there', { intent: 'held', publications: live(2) }, false, true],
    ['held, and not live there', { intent: 'held' }, false, false],
  ] as const)("for a server's turn, what is %s", (_, changes, isDue, isWithdrawn) => {
    const select = (publish: 'enable-server' | 'disable-server', servers: typeof defaultSettings.servers) =>
      selectServers({ ...asset, ...changes }, { publish, servers: ['image-serving'] }, { servers });
    expect(select('enable-server', ['image-serving'])).toEqual(isDue ? ['image-serving'] : []);
    expect(select('disable-server', [])).toEqual(isWithdrawn ? ['image-serving'] : []);
    // Turned the other way since: what was said last holds.
    expect(select('enable-server', [])).toEqual([]);
    expect(select('disable-server', ['image-serving'])).toEqual([]);
  });

  it('decides for each server alone', () => {
    const settings = { ...defaultSettings, servers: allServers };
    const candidate = { ...asset, publications: live(1) };
    expect(selectServers(candidate, { publish: 'new', servers }, settings)).toEqual(['server-directory']);
    expect(selectServers(candidate, { publish: 'full', servers }, settings)).toEqual([
      'image-serving',
      'server-directory',
    ]);
  });

  it('is full for all servers: exactly what the pending index holds', () => {
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
