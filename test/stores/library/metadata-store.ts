import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { keywordKey } from '../../../adapters/dynamodb/keys.ts';
import { metadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { type MetadataStore, metadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSchema } from '../../../domain/library/metadata-schema.ts';
import { anAsset } from '../../support/builders.ts';
import {
  beforeNext,
  itemIn,
  measured,
  newCompany,
  putAssets,
  repeatNext,
  type StoreTable,
} from '../store-table.ts';

const modified = '2026-11-24T09:00:00.000Z';

/** Metadata of assets, the items of their keywords, and the schemas of companies. */
export function describeMetadataStores(open: () => StoreTable): void {
  let table: StoreTable;
  let store: MetadataStore;
  let company: string;
  let before: Asset;

  beforeAll(() => {
    table = open();
    store = metadataStore(table.documents, table.assets);
  });
  beforeEach(() => {
    company = newCompany();
    before = anAsset({ company, id: 'a', title: 'Old', keywords: ['Red'] });
  });
  afterEach(() => {
    table.hook.onCall = undefined;
  });

  const stored = () => assetStore(table.documents, table.assets).getAsset(company, 'a');
  const hasKeyword = async (word: string, id = 'a') =>
    (await itemIn(table, table.assets, keywordKey(company, word, id))) !== undefined;

  describe('Recording metadata', () => {
    it('writes what changed and nothing else, by one call', async () => {
      const { title, ...untitled } = before;
      const after = { ...untitled, altText: 'A shoe', modified, modifiedBy: 'bob' };
      // Publishing changes what is not metadata.
      const publications = { video: { version: 1, at: modified, by: 'eve', key: 'k' } };
      await putAssets(table, { ...before, publications });
      const { result, calls } = await measured(table, () => store.recordMetadata(before, after));
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['Update']);
      expect(await stored()).toEqual({ ...after, publications });
    });

    it('makes one transaction of the record and the items of its keywords', async () => {
      await putAssets(table, before);
      const after = { ...before, keywords: ['blue', 'RED'], modified };
      const { calls } = await measured(table, () => store.recordMetadata(before, after));
      expect(calls.map(({ command, targets }) => [command, targets.length])).toEqual([['TransactWrite', 2]]);
      expect(await hasKeyword('blue')).toBe(true);
      // It was there before: only what differs is written.
      expect(await hasKeyword('red')).toBe(false);
      const again = { ...after, keywords: ['blue'], modified: '2026-11-24T09:00:01.000Z' };
      await store.moveKeywords(company, ['red'], 'x', 'a');
      expect(await store.recordMetadata(after, again)).toBe(true);
      expect([await hasKeyword('blue'), await hasKeyword('red')]).toEqual([true, false]);
      expect(await stored()).toEqual(again);
    });

    it.each([
      ['keywords and all', ['blue']],
      ['without keywords', ['Red']],
    ])('is refused where somebody was faster (%s)', async (_, keywords) => {
      await putAssets(table, before);
      const theirs = { ...before, title: 'Theirs', modified: '2026-11-24T08:59:00.000Z', modifiedBy: 'eve' };
      beforeNext(table, keywords[0] === 'Red' ? 'Update' : 'TransactWrite', () => putAssets(table, theirs));
      const after = { ...before, title: 'New', keywords, modified, modifiedBy: 'bob' };
      expect(await store.recordMetadata(before, after)).toBe(false);
      expect(await stored()).toEqual(theirs);
      expect(await hasKeyword('blue')).toBe(false);
    });

    it('is done where only the response got lost', async () => {
      await putAssets(table, before);
      repeatNext(table, 'Update');
      const after = { ...before, title: 'New', modified, modifiedBy: 'bob' };
      expect(await store.recordMetadata(before, after)).toBe(true);
    });
  });

  it('Keywords move to another id, or go, each once', async () => {
    await store.moveKeywords(company, ['Red', 'red'], 'x', 'a');
    expect(await itemIn(table, table.assets, keywordKey(company, 'red', 'a'))).toMatchObject({ id: 'a' });
    const { calls } = await measured(table, () => store.moveKeywords(company, ['Red', 'red'], 'a', 'b'));
    expect(calls.map(({ targets }) => targets)).toEqual([
      [`${table.assets} KEYWORD#${company}#red b`],
      [`${table.assets} KEYWORD#${company}#red a`],
    ]);
    expect([await hasKeyword('red', 'a'), await hasKeyword('red', 'b')]).toEqual([false, true]);
    await store.moveKeywords(company, ['Red'], 'b', undefined);
    expect(await hasKeyword('red', 'b')).toBe(false);
  });

  describe('The metadata schema of a company', () => {
    it('is the one that takes everything until it has chosen one, and then what it was written as', async () => {
      const schemas = metadataSchemaStore(table.documents, table.jobs);
      expect(await schemas.getMetadataSchema(company)).toEqual(defaultSchema);
      const schema = { ...defaultSchema, modified, modifiedBy: 'ann' };
      await schemas.putMetadataSchema(company, schema);
      expect(await schemas.getMetadataSchema(company)).toEqual(schema);
      expect(await schemas.getMetadataSchema(newCompany())).toEqual(defaultSchema);
    });
  });
}
