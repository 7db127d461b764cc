import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchSetPreset,
  checkPreset,
  comparePositions,
  fillPattern,
  matchId,
} from '../../../domain/sets/batch-set-preset.ts';

const preset: BatchSetPreset = {
  name: 'views',
  setType: 'image-set',
  members: '{base}-{view}',
  setId: '{base}-set',
  active: true,
};

describe('a pattern', () => {
  it.each([
    ['{base}-{view}', 'red-shoe-07', undefined, 'red-shoe', { column: 7 }],
    ['{base}-{view}', 'red-shoe', undefined, undefined, undefined],
    ['{base}-{view}', '-07', undefined, undefined, undefined],
    ['{base}{view}', 'shoe2024', undefined, 'shoe', { column: 2024 }],
    ['{base}{view}', '2024', undefined, undefined, undefined],
    ['{base}{view}', 'a12345678', undefined, 'a12', { column: 345678 }],
    ['{view}_{base}', '12_red_shoe', undefined, 'red_shoe', { column: 12 }],
    ['{base}_{row}_{column}', 'vase_1_12', undefined, 'vase', { row: 1, column: 12 }],
    ['img.{base}.{view}.web', 'img.shoe.3.web', undefined, 'shoe', { column: 3 }],
    ['img.{base}.{view}.web', 'img.3.web', undefined, undefined, undefined],
    ['{base}-{view}', 'shoe-back', ['front', 'back'], 'shoe', { column: 1 }],
    ['{base}-{view}', 'shoe-up-back', ['back', 'up-back'], 'shoe', { column: 1 }],
    ['{base}-{view}', 'shoe-1', ['front', 'back'], undefined, undefined],
    ['{base}-{view}', 'Übergang (1)-2', undefined, 'Übergang (1)', { column: 2 }],
  ] as const)('%s matches %s', (pattern, id, views, base, position) => {
    const match = matchId(pattern, id, views);
    expect(match?.base).toBe(base);
    expect(match?.position).toEqual(position);
    if (match) expect(fillPattern(pattern, match.texts)).toBe(id);
  });

  it('matches every id that it was filled with', () => {
    const text = fc.stringMatching(/^[a-z._-]{1,3}$/);
    const base = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}[a-z]$/);
    fc.assert(
      fc.property(text, base, fc.nat(999), fc.nat(999), (between, name, row, column) => {
        const pattern = `{base}${between}{row}${between}{column}`;
        const id = fillPattern(pattern, { base: name, row: String(row), column: String(column) });
        expect(matchId(pattern, id, undefined)).toMatchObject({ base: name, position: { row, column } });
      }),
    );
  });

  it('takes linear time also for adversarial ids', () => {
    const started = performance.now();
    for (let times = 0; times < 1_000; times += 1) {
      matchId(`{base}${'-1'.repeat(90)}{view}`, `${'-1'.repeat(98)}-x`, undefined);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('positions', () => {
  it('are sorted by row, then by column', () => {
    const places = [
      { row: 1, column: 0 },
      { row: 0, column: 2 },
      { row: 0, column: 1 },
    ];
    expect(places.toSorted(comparePositions)).toEqual([
      { row: 0, column: 1 },
      { row: 0, column: 2 },
      { row: 1, column: 0 },
    ]);
  });
});

describe('a preset', () => {
  it.each<[string, Partial<BatchSetPreset>, string, string]>([
    ['without a base', { members: '{view}' }, 'members', '{base}'],
    ['with only a base', { members: '{base}' }, 'members', 'either {view}'],
    ['with two bases', { members: '{base}{base}-{view}' }, 'members', 'only once'],
    ['with an unknown field', { members: '{base}-{angle}' }, 'members', 'the fields'],
    ['with an unclosed brace', { members: '{base}-{view' }, 'members', 'the fields'],
    ['with a stray brace', { members: '{base}-}{view}' }, 'members', 'the fields'],
    ['with rows in an image set', { members: '{base}_{row}_{column}' }, 'members', 'rows and columns'],
    ['with only rows', { setType: 'spin-set', members: '{base}_{row}' }, 'members', 'either {view}'],
    [
      'with two adjacent numbers',
      { setType: 'spin-set', members: '{base}-{row}{column}' },
      'members',
      'text between',
    ],
    ['of a swatch set without swatches', { setType: 'swatch-set' }, 'swatches', 'is required'],
    [
      'of a spin set with swatches',
      { setType: 'spin-set', swatches: '{base}-{view}-sw' },
      'swatches',
      'not allowed',
    ],
    ['whose swatches are its members', { swatches: '{base}-{view}' }, 'swatches', 'must differ'],
    ['whose set has no base', { setId: 'shoes' }, 'setId', '{base}'],
    ['whose set has a view', { setId: '{base}-{view}' }, 'setId', '{base}'],
    ['that names a view twice', { views: ['front', 'front'] }, 'views', 'twice'],
    [
      'that has views but no {view}',
      { setType: 'spin-set', members: '{base}_{row}_{column}', views: ['front'] },
      'views',
      '{view}',
    ],
  ])('%s is refused', (_, change, field, message) => {
    expect(() => checkPreset({ ...preset, ...change })).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: expect.arrayContaining([{ field, message: expect.stringContaining(message) }]),
      }),
    );
  });

  it.each<[string, Partial<BatchSetPreset>]>([
    ['of an image set', {}],
    ['of a swatch set', { setType: 'swatch-set', swatches: '{base}-{view}-swatch' }],
    ['of a 2D spin set', { setType: 'spin-set', members: '{base}_{row}_{column}', setId: '{base}' }],
    ['with views', { views: ['front', 'back'] }],
  ])('%s is accepted', (_, change) => {
    expect(() => checkPreset({ ...preset, ...change })).not.toThrow();
  });
});
