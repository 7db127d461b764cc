import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetType } from '../../../domain/assets/asset.ts';
import type { BatchSetPreset } from '../../../domain/sets/batch-set-preset.ts';
import { addMembers, membersAtPositions, planBatchSets } from '../../../domain/sets/batch-sets.ts';
import type { SetMember, SetRecord } from '../../../domain/sets/set-record.ts';

const views: BatchSetPreset = {
  name: 'views',
  setType: 'image-set',
  members: '{base}-{view}',
  setId: '{base}-set',
  active: true,
};
const spins: BatchSetPreset = { ...views, setType: 'spin-set', members: '{base}_{row}_{column}' };
const swatches: BatchSetPreset = { ...views, setType: 'swatch-set', swatches: '{base}-sw-{view}' };

function build(
  preset: BatchSetPreset,
  ids: readonly string[],
  current?: SetRecord,
  types = new Map<string, AssetType>(),
) {
  const typeOf = (id: string) => types.get(id) ?? (ids.includes(id) ? 'image' : undefined);
  const [members = []] = planBatchSets(preset, ids).values();
  return addMembers(current, preset, membersAtPositions(preset, members, typeOf));
}

const idsOf = (record: SetRecord | undefined) => record?.members.map(({ id }) => id);

describe('batch sets', () => {
  it('group files by their base name, in the order of their views', () => {
    const plan = planBatchSets(views, ['shoe-10', 'shoe-2', 'hat-1', 'readme', 'shoe-2']);
    expect([...plan.keys()]).toEqual(['hat-set', 'shoe-set']);
    expect(plan.get('shoe-set')?.map(({ member }) => member)).toEqual(['shoe-2', 'shoe-10']);
  });

  it('make spin sets of rows and columns, with rows from 0', () => {
    expect(build(spins, ['vase_2_1', 'vase_1_2', 'vase_1_1', 'vase_5_1'])?.members).toEqual([
      { id: 'vase_1_1', row: 0 },
      { id: 'vase_1_2', row: 0 },
      { id: 'vase_2_1', row: 1 },
      { id: 'vase_5_1', row: 2 },
    ]);
  });

  it('have swatches, and leave out members without a swatch if the set requires one', () => {
    expect(build(swatches, ['shoe-1', 'shoe-sw-1', 'shoe-2'])?.members).toEqual([
      { id: 'shoe-1', swatch: { id: 'shoe-sw-1' } },
    ]);
    expect(build({ ...swatches, setType: 'image-set' }, ['shoe-1', 'shoe-sw-1', 'shoe-2'])?.members).toEqual([
      { id: 'shoe-1', swatch: { id: 'shoe-sw-1' } },
      { id: 'shoe-2' },
    ]);
  });

  it('leave out assets of types that the set does not accept', () => {
    const types = new Map<string, AssetType>([['shoe-2', 'video']]);
    expect(idsOf(build(views, ['shoe-1', 'shoe-2'], undefined, types))).toEqual(['shoe-1']);
  });

  it('are extended by position, and members that were added by hand stay', () => {
    const members: SetMember[] = [
      { id: 'cover', label: 'Cover' },
      { id: 'shoe-1', label: 'Front' },
      { id: 'shoe-5' },
      { id: 'logo' },
    ];
    const extended = build(views, ['shoe-9', 'shoe-3', 'shoe-1'], { type: 'image-set', members });
    expect(idsOf(extended)).toEqual(['cover', 'shoe-1', 'shoe-3', 'shoe-5', 'shoe-9', 'logo']);
    expect(extended?.members[1]).toEqual({ id: 'shoe-1', label: 'Front' });
  });

  it('do not change a 2D spin set with members that do not match the preset', () => {
    const current: SetRecord = { type: 'spin-set', members: [{ id: 'by-hand', row: 0 }] };
    expect(build(spins, ['vase_1_1'], current)).toBeUndefined();
  });

  it('are the same for any number and order of uploads', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `shoe-${index}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(ids, { minLength: 2 }), fc.nat(), (some, cut) => {
        const at = 1 + (cut % (some.length - 1));
        const whole = build(views, some);
        const first = build(views, some.slice(0, at));
        const both = build(views, some.slice(at), first);
        expect(both).toEqual(whole);
        expect(build(views, some, whole)).toEqual(whole);
      }),
    );
  });
});
