import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssetType, assetTypes, type SetType, setTypes } from '../../../domain/assets/asset.ts';
import {
  acceptsMember,
  completeRecord,
  maxMembers,
  maxOccurrences,
  memberTypeProblems,
  shapeProblems,
} from '../../../domain/sets/member-rules.ts';
import type { SetMember, SetRecord } from '../../../domain/sets/set-record.ts';

const record = (type: SetType, members: readonly SetMember[]): SetRecord => ({ type, members });
const many = (count: number): SetMember[] =>
  Array.from({ length: count }, (_, index) => ({ id: `i${index}` }));
const swatched: SetMember = { id: 'a', swatch: { color: 'a1b2c3' } };

describe('the types of members', () => {
  it.each([
    ['image-set', ['image', 'derived-image']],
    ['swatch-set', ['image', 'derived-image']],
    ['spin-set', ['image', 'derived-image']],
    [
      'mixed-media-set',
      [
        'image',
        'video',
        'audio',
        'image-set',
        'swatch-set',
        'spin-set',
        'adaptive-video-set',
        'derived-image',
      ],
    ],
    ['ecatalog', ['image', 'pdf', 'derived-image']],
    ['adaptive-video-set', ['video']],
    [
      'template',
      [
        'image',
        'animated-gif',
        'svg',
        'pdf',
        'font',
        'icc-profile',
        'xml',
        'css',
        'text',
        'zip',
        'document',
        'javascript',
        'html',
        'derived-image',
      ],
    ],
  ] as const)('of a set of type %s are %j', (set, types) => {
    expect(assetTypes.filter((type) => acceptsMember(set, type))).toEqual(types);
  });

  it('never allow a type to contain itself, so no single save can make a cycle', () => {
    const reaches = (from: SetType, to: SetType): boolean =>
      setTypes.some((type) => acceptsMember(from, type) && (type === to || reaches(type, to)));
    for (const type of setTypes) expect(reaches(type, type)).toBe(false);
  });
});

describe('the shape of a set', () => {
  it.each<[string, SetRecord, string, string]>([
    ['no member', record('image-set', []), 'members', 'at least one'],
    ['1,001 members', record('image-set', many(maxMembers + 1)), 'members', 'at most 1000'],
    [
      'one asset 21 times',
      record(
        'image-set',
        Array.from({ length: maxOccurrences + 1 }, () => ({ id: 'a' })),
      ),
      'members',
      'a occurs 21 times',
    ],
    [
      'one asset 21 times, mostly as a swatch',
      record('image-set', [{ id: 'a' }, ...many(20).map(({ id }) => ({ id, swatch: { id: 'a' } }))]),
      'members',
      'a occurs 21 times',
    ],
    [
      'a swatch set without a swatch',
      record('swatch-set', [{ id: 'a' }]),
      'members[0].swatch',
      'is required',
    ],
    ['a spin set with a swatch', record('spin-set', [swatched]), 'members[0].swatch', 'is not allowed'],
    [
      'a role in an image set',
      record('image-set', [{ id: 'a', role: 'page' }]),
      'members[0].role',
      'is not allowed',
    ],
    [
      'a font in an eCatalog',
      record('ecatalog', [{ id: 'a', role: 'font' }]),
      'members[0].role',
      'page, pdf',
    ],
    [
      'two PDFs of an eCatalog',
      record('ecatalog', [{ id: 'a' }, { id: 'b', role: 'pdf' }, { id: 'c', role: 'pdf' }]),
      'members',
      'more than one PDF',
    ],
    ['an eCatalog that has only a PDF', record('ecatalog', [{ id: 'b', role: 'pdf' }]), 'members', 'no page'],
    [
      'rows in an image set',
      record('image-set', [{ id: 'a', row: 0 }]),
      'members[0].row',
      'an image-set has no rows',
    ],
    [
      'a row of one member and no row of another',
      record('spin-set', [{ id: 'a', row: 0 }, { id: 'b' }]),
      'members[1].row',
      'is required',
    ],
    [
      'a missing row',
      record('spin-set', [
        { id: 'a', row: 0 },
        { id: 'b', row: 2 },
      ]),
      'members',
      'none in row 1',
    ],
    ['too many rows', record('spin-set', [{ id: 'a', row: 1_000 }]), 'members', 'rows go from 0 to 999'],
    [
      'a parenthesis in a mixed media set',
      record('mixed-media-set', [{ id: 'terrace (north)' }]),
      'members[0].id',
      'rename it',
    ],
    [
      'a parenthesis in the id of its thumbnail',
      record('mixed-media-set', [{ id: 'a', swatch: { id: 'b (1)' } }]),
      'members[0].swatch.id',
      'rename it',
    ],
  ])('refuses %s and names the field', (_, set, field, message) => {
    expect(shapeProblems(set)).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it.each<[string, SetRecord]>([
    ['1,000 members', record('image-set', many(maxMembers))],
    [
      'one asset 20 times',
      record(
        'image-set',
        Array.from({ length: maxOccurrences }, () => ({ id: 'a' })),
      ),
    ],
    [
      '1,000 rows with one member each',
      record(
        'spin-set',
        many(1_000).map((member, row) => ({ ...member, row })),
      ),
    ],
    ['parentheses outside mixed media', record('image-set', [{ id: 'terrace (north)' }])],
    ['swatches of both kinds', record('swatch-set', [swatched, { id: 'b', swatch: { id: 'c' } }])],
  ])('allows %s', (_, set) => {
    expect(shapeProblems(set)).toEqual([]);
  });

  it('has at most 20 problems in a response', () => {
    expect(shapeProblems(record('swatch-set', many(500)))).toHaveLength(20);
  });

  it('is checked without exceptions, and no set that breaks a limit is accepted', () => {
    const member = fc.record(
      {
        id: fc.constantFrom('a', 'b', 'c (1)'),
        row: fc.integer({ min: 0, max: 3 }),
        role: fc.constantFrom('page', 'font', 'pdf'),
        swatch: fc.constantFrom({ id: 'a' }, { color: 'ffffff' }),
      },
      { requiredKeys: ['id'] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...setTypes), fc.array(member, { maxLength: 60 }), (type, members) => {
        const taken = shapeProblems({ type, members } as SetRecord).length === 0;
        if (!taken) return;
        expect(members.length).toBeGreaterThan(0);
        for (const id of ['a', 'b', 'c (1)']) {
          const places = members.filter((one) => one.id === id).length;
          expect(places).toBeLessThanOrEqual(maxOccurrences);
        }
        if (type === 'mixed-media-set') expect(members.some(({ id }) => id.includes('('))).toBe(false);
        const rows = members.flatMap(({ row }) => (row === undefined ? [] : [row]));
        if (rows.length > 0) expect(new Set(rows).size).toBe(Math.max(...rows) + 1);
      }),
    );
  });
});

describe('the members of a set', () => {
  const assets = (...types: AssetType[]) => new Map(types.map((type) => [type as string, { type }]));

  it('are all listed if they do not exist or are in the trash', () => {
    const members = [...many(30), { id: 'image' }, { id: 'pdf', swatch: { id: 'nowhere' } }];
    const { unknown, wrong } = memberTypeProblems(
      record('image-set', members),
      new Map([
        ['image', { type: 'image' as const, trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } }],
        ['pdf', { type: 'pdf' as const }],
      ]),
    );
    expect(unknown).toHaveLength(32);
    expect(unknown.map(({ message }) => message)).toContain('image is in the trash');
    expect(unknown).toContainEqual({ field: 'members[31].swatch.id', message: 'there is no asset nowhere' });
    expect(wrong).toEqual([
      {
        field: 'members[31].id',
        message: 'pdf is a pdf; members of an image-set must be of type image, derived-image',
      },
    ]);
  });

  it.each<[SetType, SetMember, string]>([
    ['image-set', { id: 'video' }, 'video is a video'],
    ['swatch-set', { id: 'image', swatch: { id: 'video' } }, 'a swatch is an image or a colour'],
    ['mixed-media-set', { id: 'mixed-media-set' }, 'a mixed media set cannot contain another one'],
    ['mixed-media-set', { id: 'template' }, 'template is a template'],
    ['ecatalog', { id: 'pdf', role: 'page' }, 'members with the role page must be of type image'],
    ['template', { id: 'image', role: 'font' }, 'members with the role font must be of type font'],
  ])('of a %s are refused if their type does not fit: %j', (type, member, message) => {
    const all = assets('image', 'video', 'pdf', 'mixed-media-set', 'template');
    const { unknown, wrong } = memberTypeProblems(record(type, [member]), all);
    expect(unknown).toEqual([]);
    expect(wrong).toEqual([{ field: expect.any(String), message: expect.stringContaining(message) }]);
  });

  it('get the role of their type, and are sorted by row', () => {
    const all = assets('image', 'font', 'css', 'pdf');
    const typeOf = (id: string) => all.get(id)?.type;
    const roles = (type: SetType, ids: string[]) =>
      completeRecord(
        record(
          type,
          ids.map((id) => ({ id })),
        ),
        typeOf,
      ).members.map(({ role }) => role);
    expect(roles('template', ['image', 'font', 'css', 'pdf'])).toEqual(['image', 'font', 'file', 'page']);
    expect(roles('ecatalog', ['image', 'pdf'])).toEqual(['page', 'pdf']);
    expect(roles('image-set', ['image'])).toEqual([undefined]);
    const spin = record('spin-set', [
      { id: 'c', row: 1 },
      { id: 'a', row: 0 },
      { id: 'd', row: 1 },
    ]);
    expect(completeRecord(spin, typeOf).members.map(({ id }) => id)).toEqual(['a', 'c', 'd']);
  });
});
