import { anAsset } from '../../support/builders.ts';
import { describe, expect, it } from 'vitest';
import type { Publication } from '../../../domain/assets/asset.ts';
import {
  decideEntry,
  doneLogEntry,
  isDone,
  planEntryLogEntry,
  unprocessedLogEntries,
} from '../../../domain/jobs/part-log-entries.ts';

const entry = {
  id: 'a',
  type: 'image',
  version: 2,
  servers: ['image-serving', 'server-directory'],
  bytes: 9,
} as const;
const asset = { version: 2, intent: 'pending', type: 'image', publications: {} } as const;
const by = (version: number, jobId?: string): Publication => ({
  version,
  at: '2026-11-24T08:00:00.000Z',
  by: 'ann',
  key: 'luma/image/a',
  ...(jobId === undefined ? {} : { jobId }),
});
const skip = (text: RegExp) => ({ skip: expect.stringMatching(text) as string });

describe('the decision about an asset that', () => {
  it.each([
    ['is as planned', asset, 'publish'],
    ['is live in an older version', { ...asset, publications: { 'image-serving': by(1) } }, 'publish'],
    ['no longer exists', undefined, skip(/no longer exists/)],
    ['was unpublished', { ...asset, intent: 'held' }, skip(/unpublished since/)],
    ['is in the trash', { ...asset, trashed: { at: 'then', by: 'ann' } }, skip(/in the trash/)],
    ['changed', { ...asset, version: 3 }, skip(/changed since.*next job/)],
    ['became a video', { ...asset, type: 'video' }, skip(/changed since/)],
    [
      'another job published',
      { ...asset, publications: { 'image-serving': by(2, 'J0') } },
      skip(/already live/),
    ],
    [
      'this job published',
      { ...asset, publications: { 'image-serving': by(2, 'J1') } },
      'published-by-this-job',
    ],
    [
      'this job published and that changed since',
      { ...asset, version: 3, publications: { 'image-serving': by(2, 'J1') } },
      'published-by-this-job',
    ],
    [
      'this job published in an older version',
      { ...asset, publications: { 'image-serving': by(1, 'J1') } },
      'publish',
    ],
  ] as const)('%s is %j', (_, now, expected) => {
    expect(decideEntry(entry, 'image-serving', now, { id: 'J1' })).toEqual(expected);
  });
});

it('a forced job publishes a live asset again, once', () => {
  const live = { ...asset, intent: 'live', publications: { 'image-serving': by(2, 'J0') } } as const;
  expect(decideEntry(entry, 'image-serving', live, { id: 'J1', force: true })).toBe('publish');
  const again = { ...live, publications: { 'image-serving': by(2, 'J1') } };
  expect(decideEntry(entry, 'image-serving', again, { id: 'J1', force: true })).toBe('published-by-this-job');
});

it.each([
  ['new', { 'image-serving': by(2, 'J1') }, true],
  ['new', { 'image-serving': by(2, 'J0') }, false],
  ['disable-server', {}, true],
  ['disable-server', { 'image-serving': by(2, 'J0') }, false],
  ['enable-server', {}, false],
] as const)(
  'an entry of a job of kind %s with the publications %j is done: %s',
  (publish, publications, expected) => {
    const now = { ...asset, intent: 'live', publications } as const;
    expect(isDone(entry, 'image-serving', now, { id: 'J1', publish })).toBe(expected);
  },
);

it('the log entry of a disabled server is a withdrawal', () => {
  expect(doneLogEntry(entry, 'image-serving', { publish: 'disable-server' }, 'now')).toEqual({
    time: 'now',
    asset: 'a',
    type: 'image',
    server: 'image-serving',
    outcome: 'withdrawn',
    message: 'It is no longer live on image-serving',
    replaced: true,
  });
});

it('an asset that was held when the plan was made is published with its parent', () => {
  expect(
    decideEntry({ ...entry, held: true }, 'image-serving', { ...asset, intent: 'held' }, { id: 'J1' }),
  ).toBe('publish');
});

it('a log entry has bytes only if the asset was published', () => {
  const line = (outcome: 'published' | 'error') =>
    planEntryLogEntry(entry, 'image-serving', outcome, 'now', 'Text');
  expect(line('published')).toEqual({
    time: 'now',
    asset: 'a',
    type: 'image',
    server: 'image-serving',
    outcome: 'published',
    message: 'Text',
    bytes: 9,
  });
  expect(line('error')).not.toHaveProperty('bytes');
});

describe('an entry that a run of its part did not reach', () => {
  const job = { id: 'job', publish: 'full' } as const;
  const outcomes = (...of: Parameters<typeof unprocessedLogEntries>) =>
    unprocessedLogEntries(...of).map(({ server, outcome, message }) => [server, outcome, message]);

  it('has a log entry for each server', () => {
    expect(outcomes(entry, undefined, job, 'now', 'Why')).toEqual([
      ['image-serving', 'not-reached', 'Why'],
      ['server-directory', 'not-reached', 'Why'],
    ]);
  });

  it('is done on servers where an earlier run has done it', () => {
    const published = anAsset({ id: 'a', version: 2, publications: { 'image-serving': by(2, 'job') } });
    expect(outcomes(entry, published, job, 'now', 'Why')).toEqual([
      ['image-serving', 'published', 'Version 2 is live'],
      ['server-directory', 'not-reached', 'Why'],
    ]);
  });

  it('is invalidated if an earlier run published it, since it is unknown whether that replaced a version', () => {
    const published = anAsset({ id: 'a', version: 2, publications: { 'image-serving': by(2, 'job') } });
    const lines = unprocessedLogEntries(entry, published, { ...job, invalidate: true }, 'now', 'Why');
    expect(lines.map(({ replaced }) => replaced)).toEqual([true, undefined]);
  });
});
