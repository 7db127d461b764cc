import { describe, expect, it } from 'vitest';
import { entityTag } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { editMetadata, type MetadataEdit } from '../../../domain/library/edit-metadata.ts';
import { maxKeywords } from '../../../domain/library/limits.ts';
import { defaultSchema, type MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import { anAsset } from '../../support/builders.ts';

const asset = anAsset({
  id: 'red-shoe',
  title: 'Red shoe',
  keywords: ['Shoes', 'red'],
  fields: { sku: 'RS-1' },
});
const saving = { at: '2026-11-24T09:00:00.000Z', by: 'ann' };
const schema: MetadataSchema = {
  freeFields: false,
  fields: [
    { name: 'sku', label: 'SKU', type: 'text', required: true, maxLength: 5 },
    { name: 'price', label: 'Price', type: 'number', required: false },
    { name: 'sale', label: 'On sale', type: 'boolean', required: false },
    { name: 'from', label: 'From', type: 'date', required: false },
    { name: 'season', label: 'Season', type: 'choice', required: false, values: ['spring', 'autumn'] },
  ],
};
const edit = (change: MetadataEdit, by = defaultSchema, of = asset) => editMetadata(of, change, by, saving);

function refusalOf(change: MetadataEdit, by = schema): Failure['details'] {
  try {
    edit(change, by);
  } catch (error) {
    if (error instanceof Failure && error.code === 'request.invalid') return error.details;
    throw error;
  }
  throw new Error('was not refused');
}

describe('an edit of metadata', () => {
  it('changes only the given values, and not the version', () => {
    const after = edit({ title: 'Red boot', altText: ' A boot ' });
    expect(after).toEqual({
      ...asset,
      title: 'Red boot',
      altText: 'A boot',
      modified: saving.at,
      modifiedBy: 'ann',
    });
    expect(after.version).toBe(asset.version);
  });

  it.each([
    ['null', { title: null, keywords: null, fields: null }],
    ['a text of spaces and an empty list', { title: '  ', keywords: [], fields: { sku: null } }],
  ])('removes values given as %s', (_, change) => {
    const after = edit(change);
    for (const name of ['title', 'keywords', 'fields']) expect(after).not.toHaveProperty(name);
  });

  it('that changes nothing returns the same asset', () => {
    expect(edit({ title: 'Red shoe', keywords: ['Shoes', 'red'], fields: { sku: 'RS-1' } })).toBe(asset);
    expect(edit({ addKeywords: ['SHOES'], removeKeywords: ['blue'] })).toBe(asset);
  });

  it('changes the ETag even within the same millisecond', () => {
    const once = editMetadata(asset, { title: 'a' }, defaultSchema, { ...saving, at: asset.modified });
    expect(entityTag(once)).not.toBe(entityTag(asset));
    expect(once.modified > asset.modified).toBe(true);
  });

  it('adds and removes keywords in any case', () => {
    expect(edit({ addKeywords: ['sale', 'SHOES'], removeKeywords: ['RED'] }).keywords).toEqual([
      'Shoes',
      'sale',
    ]);
  });

  it.each<[string, MetadataEdit, string, string]>([
    ['a long title', { title: 'x'.repeat(256) }, 'title', 'at most 255'],
    ['a title of two lines', { title: 'a\nb' }, 'title', 'control'],
    ['a description with a bell', { description: 'a\u0007' }, 'description', 'control'],
    ['half a character', { altText: '\ud83d' }, 'altText', 'control'],
    ['an empty keyword', { keywords: ['a', ' '] }, 'keywords[1]', 'empty'],
    ['a long keyword', { keywords: ['x'.repeat(101)] }, 'keywords[0]', 'at most 100'],
    ['a keyword twice', { addKeywords: ['Sale', 'sale'] }, 'addKeywords[1]', 'twice'],
    [
      'too many keywords',
      { keywords: Array.from({ length: maxKeywords + 1 }, (_, index) => `k${index}`) },
      'keywords',
      'more than 100',
    ],
    ['an unknown field', { fields: { colour: 'red' } }, 'fields.colour', 'not in the company'],
    ['a number for a text field', { fields: { sku: 5 } }, 'fields.sku', 'must be a text'],
    ['a text longer than its limit', { fields: { sku: 'RS-100' } }, 'fields.sku', 'at most 5'],
    ['a text for a number field', { fields: { price: '5' } }, 'fields.price', 'must be a number'],
    ['a text for a boolean field', { fields: { sale: 'yes' } }, 'fields.sale', 'true or false'],
    ['an impossible date', { fields: { from: '2026-02-30' } }, 'fields.from', 'must be a date'],
    [
      'a value that is not among the choices',
      { fields: { season: 'winter' } },
      'fields.season',
      'spring, autumn',
    ],
    ['the removal of a required field', { fields: { sku: null } }, 'fields.sku', 'is required'],
    ['the removal of all fields', { fields: null }, 'fields.sku', 'is required'],
  ])('refuses %s with the field and the rule', (_, change, field, message) => {
    expect(refusalOf(change)).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it.each<[string, MetadataEdit]>([
    ['a leap day', { fields: { from: '2028-02-29' } }],
    ['a choice', { fields: { season: 'autumn' } }],
    ['true and 0', { fields: { sale: true, price: 0 } }],
    ['several lines in a description', { description: 'a\n\tb' }],
  ])('accepts %s', (_, change) => {
    expect(edit(change, schema)).toMatchObject(change);
  });

  it('does not check values that it does not set, since the schema may have changed', () => {
    const old = { ...asset, fields: { sku: 'RS-1', season: 'winter' } };
    expect(editMetadata(old, { fields: { price: 3 } }, schema, saving).fields).toEqual({
      sku: 'RS-1',
      season: 'winter',
      price: 3,
    });
  });

  it('accepts any field if the company has no schema', () => {
    expect(edit({ fields: { colour: 'red', n: 1, yes: true } }).fields).toEqual({
      sku: 'RS-1',
      colour: 'red',
      n: 1,
      yes: true,
    });
    expect(refusalOf({ fields: { 'a b': 'red' } }, defaultSchema)[0]?.field).toBe('fields.a b');
  });
});
