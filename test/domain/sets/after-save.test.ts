import { describe, expect, it } from 'vitest';
import type { Publications } from '../../../domain/assets/asset.ts';
import { afterSave } from '../../../domain/sets/after-save.ts';

const live: Publications = {
  'image-serving': { version: 1, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/set/shoes' },
};
const published = { intent: 'live', publications: live } as const;
const held = { intent: 'held', publications: {} } as const;
const pending = { intent: 'pending', publications: {} } as const;

describe('publish after a save', () => {
  it.each([
    ['a new set', true, undefined, 'live', 'closure'],
    ['a new set', false, undefined, 'pending', 'nothing'],
    ['a published set', true, published, 'live', 'closure'],
    ['a published set', false, published, 'live', 'itself'],
    ['an unpublished set', true, held, 'live', 'closure'],
    ['an unpublished set', false, held, 'held', 'nothing'],
    ['a set that a job may take', true, pending, 'live', 'closure'],
    ['a set that a job may take', false, pending, 'pending', 'nothing'],
  ] as const)('of %s, ticked %s, makes of it what the table says', (_, ticked, existing, intent, publish) => {
    expect(afterSave(existing, ticked, { publishOnUpload: 'now' })).toEqual({ intent, publish });
  });

  it.each([
    [true, undefined, 'live'],
    [false, undefined, 'pending'],
    [true, published, 'live'],
    [false, published, 'live'],
    [true, held, 'live'],
    [false, held, 'held'],
  ] as const)('only marks where the company marks: ticked %s', (ticked, existing, intent) => {
    expect(afterSave(existing, ticked, { publishOnUpload: 'mark' })).toEqual({ intent, publish: 'nothing' });
  });
});
