import { describe, expect, it } from 'vitest';
import type { Publication } from '../../../domain/asset/asset.ts';
import { entryLine, judge, notReachedLines } from '../../../domain/job/part-lines.ts';

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

describe('Before an asset of a plan is published', () => {
  it.each([
    ['it is as it was planned', asset, 'publish'],
    ['it is live in an older version', { ...asset, publications: { 'image-serving': by(1) } }, 'publish'],
    ['it is gone', undefined, skip(/gone/)],
    ['it was unpublished', { ...asset, intent: 'held' }, skip(/unpublished since/)],
    ['it is in the trash', { ...asset, trashed: { at: 'then', by: 'ann' } }, skip(/in the trash/)],
    ['it changed', { ...asset, version: 3 }, skip(/changed since.*next job/)],
    ['it became a video', { ...asset, type: 'video' }, skip(/changed since/)],
    [
      'somebody else published it',
      { ...asset, publications: { 'image-serving': by(2, 'J0') } },
      skip(/live in this/),
    ],
    [
      'this job published it',
      { ...asset, publications: { 'image-serving': by(2, 'J1') } },
      'published-by-this-job',
    ],
    [
      'this job published it, and it changed since',
      { ...asset, version: 3, publications: { 'image-serving': by(2, 'J1') } },
      'published-by-this-job',
    ],
    [
      'this job published an older version of it',
      { ...asset, publications: { 'image-serving': by(1, 'J1') } },
      'publish',
    ],
  ] as const)('and %s', (_, now, expected) => {
    expect(judge(entry, 'image-serving', now, { id: 'J1' })).toEqual(expected);
  });
});

it('what was held when the plan was made is published with what shows it', () => {
  expect(judge({ ...entry, held: true }, 'image-serving', { ...asset, intent: 'held' }, { id: 'J1' })).toBe(
    'publish',
  );
});

it('a line tells the bytes only of what was published', () => {
  const line = (outcome: 'published' | 'error') => entryLine(entry, 'image-serving', outcome, 'now', 'Text');
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

it('what was not reached has a line for each server', () => {
  const lines = notReachedLines(entry, 'now', 'Why');
  expect(lines.map(({ server, outcome, message }) => [server, outcome, message])).toEqual([
    ['image-serving', 'not-reached', 'Why'],
    ['server-directory', 'not-reached', 'Why'],
  ]);
});
