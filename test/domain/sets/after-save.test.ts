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
    ['a pending set', true, pending, 'live', 'closure'],
    ['a pending set', false, pending, 'pending', 'nothing'],
  ] as const)(
    'of %s with the option %s sets the intent %s and publishes %s',
    (_, option, existing, intent, publish) => {
      expect(afterSave(existing, option, { publishOnUpload: 'now' })).toEqual({ intent, publish });
    },
  );

  it.each([
    [true, undefined, 'live'],
    [false, undefined, 'pending'],
    [true, published, 'live'],
    [false, published, 'live'],
    [true, held, 'live'],
    [false, held, 'held'],
  ] as const)(
    'with the option %s only sets the intent if the company marks uploads',
    (option, existing, intent) => {
      expect(afterSave(existing, option, { publishOnUpload: 'mark' })).toEqual({
        intent,
        publish: 'nothing',
      });
    },
  );
});
