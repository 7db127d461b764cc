import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRebuiltPlace } from '../../../domain/library/index-places.ts';
import { anAsset, company } from '../../support/builders.ts';
import { everything, idsFound, searchCloud } from '../../support/search-cloud.ts';

const trashed = { at: '2026-11-24T08:30:00.000Z', by: 'ann' };

describe('a search', () => {
  it('finds a change within seconds of its delivery, and looks for changes once a second', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'before' }));
    const reader = cloud.reader();
    expect(await idsFound(reader)).toEqual(['before']);
    await cloud.deliver(cloud.put(anAsset({ id: 'after', title: 'Größe' })));
    const lists = () => cloud.cloud.calls.filter(({ command }) => command === 'ListObjectsV2').length;
    const looked = lists();
    expect(await idsFound(reader)).toEqual(['before']);
    expect(lists()).toBe(looked);
    cloud.wait(1_000);
    expect(await idsFound(reader)).toEqual(['after', 'before']);
    expect(await idsFound(reader, { filters: { q: 'GROSSE' } })).toEqual(['after']);
    await cloud.deliver(cloud.put(anAsset({ id: 'before', trashed })), cloud.remove('after'));
    cloud.wait(1_000);
    expect(await idsFound(reader)).toEqual([]);
  });

  it('of another company is another index', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'mine' }));
    cloud.cloud.company('other').put(anAsset({ id: 'theirs', company: 'other' }));
    const reader = cloud.reader();
    expect(await idsFound(reader)).toEqual(['mine']);
    expect((await reader.search('other', everything)).hits.map(({ id }) => id)).toEqual(['theirs']);
  });

  it('that finds no snapshot builds one, which the next process reads', async () => {
    const cloud = searchCloud();
    cloud.putSet('set', ['a']);
    cloud.put(anAsset({ id: 'a' }));
    cloud.put(anAsset({ id: 'b' }));
    expect(await idsFound(cloud.reader(), { filters: { unused: true } })).toEqual(['b', 'set']);
    const reads = () => cloud.cloud.calls.filter(({ command }) => command === 'BatchGet').length;
    const before = reads();
    expect(await idsFound(cloud.reader(), { filters: { unused: true } })).toEqual(['b', 'set']);
    expect(reads()).toBe(before);
  });

  it('without time to build the index requests it, and works when it is there', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'a' }));
    const { clock } = cloud.cloud;
    cloud.cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'Query') clock.time += 25_000;
      return next();
    };
    const reader = cloud.reader();
    await expect(idsFound(reader)).rejects.toMatchObject({
      code: 'search.not-ready',
      facts: { retryAfter: '10' },
    });
    expect(cloud.requests).toEqual([{ company, rebuild: true }]);
    expect(await cloud.rebuild()).toBe('built');
    expect(await idsFound(reader)).toEqual(['a']);
  });

  it('builds the index only as long as the caller waits', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'a' }));
    cloud.cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'Query') cloud.wait(5_000);
      return next();
    };
    const search = cloud.reader();
    await expect(search.search(company, everything, 3_000)).rejects.toMatchObject({
      code: 'search.not-ready',
    });
    expect((await search.search(company, everything)).total).toBe(1);
  });

  it('keeps what it has applied when its time is up, and goes on with the next request', async () => {
    const cloud = searchCloud();
    await cloud.rebuild();
    for (let file = 0; file < 60; file += 1) {
      cloud.wait(10);
      await cloud.deliver(cloud.put(anAsset({ id: `asset-${file}` })));
    }
    const { clock } = cloud.cloud;
    const reader = cloud.reader();
    let slow = true;
    cloud.cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'GetObject' && slow) clock.time += 700;
      return next();
    };
    await expect(idsFound(reader)).rejects.toMatchObject({ code: 'search.not-ready' });
    slow = false;
    const reads = () => cloud.cloud.calls.filter(({ command }) => command === 'GetObject').length;
    const before = reads();
    expect(await idsFound(reader)).toHaveLength(60);
    expect(reads() - before).toBeLessThan(40);
  });

  it('asks for a new snapshot when there is much to apply', async () => {
    const cloud = searchCloud();
    await cloud.rebuild();
    for (let file = 0; file < 401; file += 1) {
      cloud.wait(1);
      await cloud.deliver(cloud.put(anAsset({ id: 'a', title: `${file}` })));
    }
    const reader = cloud.reader();
    expect(await idsFound(reader, { filters: { q: '400' } })).toEqual(['a']);
    expect(cloud.requests).toEqual([{ company, rebuild: false }]);
    expect(await cloud.rebuild({ rebuild: false })).toBe('compacted');
  });

  it('builds an index of another format again', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'a' }));
    const path = cloud.dependencies.newFile();
    const old = new DatabaseSync(path);
    old.exec('CREATE TABLE former (id TEXT); PRAGMA user_version = 99');
    old.close();
    await cloud.files.storeSnapshot(company, path);
    cloud.dependencies.removeFile(path);
    expect(await idsFound(cloud.reader())).toEqual(['a']);
    expect(await cloud.rebuild({ rebuild: false })).toBe('unchanged');
  });

  it('loads a rebuilt index, which has what the stream has lost', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'kept' }));
    cloud.put(anAsset({ id: 'removed' }));
    const reader = cloud.reader();
    await idsFound(reader);
    // Their records are lost.
    cloud.put(anAsset({ id: 'new' }));
    cloud.remove('removed');
    cloud.wait(2_000);
    expect(await idsFound(reader)).toEqual(['kept', 'removed']);
    expect(await cloud.rebuild()).toBe('built');
    cloud.wait(2_000);
    expect(await idsFound(reader)).toEqual(['kept', 'new']);
    expect(cloud.requests).toEqual([]);
  });

  it('asks for another rebuild if an older snapshot has replaced the rebuilt one', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'a' }));
    await cloud.rebuild();
    const path = cloud.dependencies.newFile();
    await cloud.files.fetchSnapshot(company, path);
    cloud.wait(10_000);
    await cloud.rebuild();
    await cloud.files.storeSnapshot(company, path);
    const reader = cloud.reader();
    expect(await idsFound(reader)).toEqual(['a']);
    expect(cloud.requests).toEqual([{ company, rebuild: true }]);
    cloud.wait(2_000);
    expect(await idsFound(reader)).toEqual(['a']);
    expect(cloud.requests).toHaveLength(1);
  });

  it('finds the assets of a library in which the record of a set is missing', async () => {
    const cloud = searchCloud();
    cloud.putSet('broken', ['a']);
    cloud.put(anAsset({ id: 'a' }));
    cloud.cloud.buckets.masters.clear();
    expect(await idsFound(cloud.reader())).toEqual(['a', 'broken']);
    expect(cloud.warnings).toHaveLength(1);
  });
});

describe('a snapshot', () => {
  it('is not stored while little has changed, and on the next day for any change', async () => {
    const cloud = searchCloud();
    await cloud.rebuild();
    expect(await cloud.rebuild({ rebuild: false })).toBe('unchanged');
    cloud.wait(60_000);
    await cloud.deliver(cloud.put(anAsset({ id: 'a' })));
    expect(await cloud.rebuild({ rebuild: false })).toBe('unchanged');
    cloud.wait(25 * 60 * 60_000);
    expect(await cloud.rebuild({ rebuild: false })).toBe('compacted');
    cloud.wait(25 * 60 * 60_000);
    expect(await cloud.rebuild({ rebuild: false })).toBe('unchanged');
    expect(await idsFound(cloud.reader())).toEqual(['a']);
  });

  it('does not replace one that a rebuild has stored meanwhile', async () => {
    const cloud = searchCloud();
    await cloud.rebuild();
    cloud.wait(60_000);
    await cloud.deliver(cloud.put(anAsset({ id: 'a' })));
    cloud.wait(25 * 60 * 60_000);
    let isRebuilt = false;
    cloud.cloud.hook.onCall = async ({ command, targets }, next) => {
      if (command === 'GetObject' && !isRebuilt && targets.some((target) => target.includes('/search/'))) {
        isRebuilt = true;
        await cloud.rebuild();
      }
      return next();
    };
    expect(await cloud.rebuild({ rebuild: false })).toBe('unchanged');
    expect(isRebuilt).toBe(true);
    await idsFound(cloud.reader());
    expect(cloud.requests).toEqual([]);
  });

  it('is built if there is none, and fails if the time is up', async () => {
    const cloud = searchCloud();
    cloud.put(anAsset({ id: 'a' }));
    await expect(cloud.rebuild({ rebuild: true, timeLeft: 1_000 })).rejects.toThrow(
      'could not be built in one call',
    );
    expect(await cloud.files.findSnapshot(company)).toBeUndefined();
    expect(await cloud.rebuild({ rebuild: false })).toBe('built');
  });

  it('is read as one, also if it is replaced during the read', async () => {
    const cloud = searchCloud();
    await cloud.rebuild();
    const path = cloud.dependencies.newFile();
    writeFileSync(path, 'another');
    let isReplaced = false;
    cloud.cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'GetObject' && !isReplaced) {
        isReplaced = true;
        await cloud.files.storeSnapshot(company, path);
      }
      return next();
    };
    const read = cloud.dependencies.newFile();
    expect(await cloud.files.fetchSnapshot(company, read)).toBe(true);
    expect(readFileSync(read, 'utf8')).toBe('another');
    for (const file of [path, read]) cloud.dependencies.removeFile(file);
  });
});

describe('the records of the stream', () => {
  it('make one file for each company of a batch, without other items', async () => {
    const cloud = searchCloud();
    const foreign = cloud.put(anAsset({ id: 'x' }));
    const other: DynamoDBRecord = {
      dynamodb: { ...foreign.dynamodb, Keys: { pk: { S: 'ASSET#other#x#1' }, sk: { S: 'ASSET' } } },
    };
    const history: DynamoDBRecord = {
      dynamodb: { ...foreign.dynamodb, Keys: { pk: { S: `ASSET#${company}#x` }, sk: { S: 'VERSION#1' } } },
    };
    await cloud.deliver(foreign, other, history, ...cloud.putSet('set', ['x']));
    const places = await Promise.all([company, 'other'].map((one) => cloud.files.listChanges(one, '')));
    expect(places.map((list) => list.length)).toEqual([1, 1]);
    const [own = [], others = []] = await Promise.all(
      [company, 'other'].map((one, index) => cloud.files.readChanges(one, places[index]?.[0] ?? '')),
    );
    expect(own.map(({ kind }) => kind)).toEqual(['asset', 'use', 'asset']);
    expect(others).toMatchObject([{ kind: 'asset', id: 'x#1', sequence: expect.stringMatching(/^0+101$/) }]);
  });

  it('twice, late, out of order and lost leave every process with what the table has, once it is rebuilt or all arrive', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('write' as const),
        id: fc.constantFrom('a', 'b', 'c'),
        title: fc.constantFrom('one', 'two'),
      }),
      fc.record({
        do: fc.constantFrom('trash' as const, 'remove' as const),
        id: fc.constantFrom('a', 'b', 'c'),
      }),
      fc.record({ do: fc.constant('deliver' as const), pick: fc.nat(20), twice: fc.boolean() }),
      fc.record({ do: fc.constant('lose' as const), pick: fc.nat(20) }),
      fc.record({ do: fc.constantFrom('compact' as const, 'rebuild' as const) }),
      fc.record({ do: fc.constant('search' as const), reader: fc.nat(1) }),
      fc.record({
        do: fc.constant('wait' as const),
        milliseconds: fc.constantFrom(500, 5_000, 400_000, 90_000_000),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const cloud = searchCloud();
        const readers = [cloud.reader(), cloud.reader()];
        const pending: DynamoDBRecord[] = [];
        let isLost = false;
        for (const one of steps) {
          // Two events in one millisecond are no matter here.
          cloud.wait(1);
          switch (one.do) {
            case 'write':
              pending.push(cloud.put(anAsset({ id: one.id, title: one.title })));
              break;
            case 'trash':
              if (cloud.cloud.own.assets.get(one.id))
                pending.push(cloud.put(anAsset({ id: one.id, trashed })));
              break;
            case 'remove':
              if (cloud.cloud.own.assets.get(one.id)) pending.push(cloud.remove(one.id));
              break;
            case 'deliver': {
              const record = pending[one.pick % Math.max(1, pending.length)];
              if (!record) break;
              await cloud.deliver(record);
              if (!one.twice) pending.splice(pending.indexOf(record), 1);
              break;
            }
            case 'lose':
              if (pending.length > 0) {
                pending.splice(one.pick % pending.length, 1);
                isLost = true;
              }
              break;
            case 'compact':
            case 'rebuild':
              await cloud.rebuild({ rebuild: one.do === 'rebuild' });
              break;
            case 'search':
              await idsFound(readers[one.reader] ?? cloud.reader());
              break;
            case 'wait':
              cloud.wait(one.milliseconds);
          }
        }
        const titles = (word: string) =>
          [...cloud.cloud.own.assets.values()]
            .filter(({ title, trashed: isTrashed }) => title === word && isTrashed === undefined)
            .map(({ id }) => id)
            .sort();
        // What is older than the stream keeps can arrive no more: it is lost.
        const horizon = cloud.cloud.clock.time / 1_000 - 24 * 60 * 60;
        const late = pending.filter(({ dynamodb }) => (dynamodb?.ApproximateCreationDateTime ?? 0) > horizon);
        if (late.length < pending.length) isLost = true;
        for (const record of late.reverse()) {
          cloud.wait(1);
          await cloud.deliver(record);
        }
        if (isLost) {
          // Longer ago than changes are applied again.
          cloud.wait(400_000);
          await cloud.rebuild();
        }
        cloud.wait(2_000);
        for (const reader of [...readers, cloud.reader()]) {
          expect(await idsFound(reader)).toEqual(cloud.ids());
          for (const word of ['one', 'two'])
            expect(await idsFound(reader, { filters: { q: word } })).toEqual(titles(word));
        }
        expect(cloud.requests).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('of a rebuild have places of their own', () => {
    expect(['000-x', '000-rebuilt'].map(isRebuiltPlace)).toEqual([false, true]);
  });
});
