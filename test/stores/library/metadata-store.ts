import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { metadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { type MetadataStore, metadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { defaultSchema } from '../../../domain/library/metadata-schema.ts';
import { anAsset } from '../../support/builders.ts';
import { beforeNext, measured, newCompany, putAssets, repeatNext, type StoreTable } from '../store-table.ts';

const modified = '2026-11-24T09:00:00.000Z';

/** Metadata of assets, and the schemas of companies. */
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

  describe('Recording metadata', () => {
    it('writes what changed and nothing else, by one call', async () => {
      const { title, ...untitled } = before;
      const after = {
        ...untitled,
        altText: 'A shoe',
        keywords: ['blue', 'RED'],
        modified,
        modifiedBy: 'bob',
      };
      // Publishing changes what is not metadata.
      const publications = { video: { version: 1, at: modified, by: 'eve', key: 'k' } };
      await putAssets(table, { ...before, publications });
      const { result, calls } = await measured(table, () => store.recordMetadata(before, after));
      expect(result).toBe(true);
      expect(calls.map(({ command }) => command)).toEqual(['Update']);
      expect(await stored()).toEqual({ ...after, publications });
    });

    it('is refused where somebody was faster', async () => {
      await putAssets(table, before);
      const theirs = { ...before, title: 'Theirs', modified: '2026-11-24T08:59:00.000Z', modifiedBy: 'eve' };
      beforeNext(table, 'Update', () => putAssets(table, theirs));
      const after = { ...before, title: 'New', keywords: ['blue'], modified, modifiedBy: 'bob' };
      expect(await store.recordMetadata(before, after)).toBe(false);
      expect(await stored()).toEqual(theirs);
    });

    it('is done where only the response got lost', async () => {
      await putAssets(table, before);
      repeatNext(table, 'Update');
      const after = { ...before, title: 'New', modified, modifiedBy: 'bob' };
      expect(await store.recordMetadata(before, after)).toBe(true);
    });
  });

  describe('The metadata schema of a company', () => {
    it('is the one that takes everything until it has chosen one, and then what it was written as', async () => {
      const schemas = metadataSchemaStore(table.documents, table.jobs);
      expect(await schemas.getMetadataSchema(company)).toEqual(defaultSchema);
      const schema = { ...defaultSchema, modified, modifiedBy: 'ann' };
      expect(await schemas.putMetadataSchema(company, defaultSchema, schema)).toBe(true);
      expect(await schemas.getMetadataSchema(company)).toEqual(schema);
      expect(await schemas.getMetadataSchema(newCompany())).toEqual(defaultSchema);
      // It was read before it was written: somebody else has written it since.
      expect(await schemas.putMetadataSchema(company, defaultSchema, defaultSchema)).toBe(false);
      expect(await schemas.putMetadataSchema(company, schema, { ...schema, modifiedBy: 'bob' })).toBe(true);
    });
  });
}
