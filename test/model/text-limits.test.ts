import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Library } from './support/library.ts';
import { type MemoryLibraries, memoryLibraries } from './support/memory-library.ts';

/**
 * Texts at and around the limits of every field, in one to four bytes a character, on tables and buckets that hold keys of
 * at most 1,024 or 2,048 bytes: each is taken, or refused with the limit and the size.
 */

const sha256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

let libraries: MemoryLibraries;
let picture: Buffer;
let opened = 0;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T08:00:00.000Z') });
  libraries = memoryLibraries();
  picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: '#777' } })
    .png()
    .toBuffer();
});

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The longest name that a company can have. */
function open(): Library {
  libraries.clear();
  opened += 1;
  return libraries.open(`${'x'.repeat(60)}${String(opened).padStart(3, '0')}`);
}

/** Of 1 to 4 bytes in UTF-8; the last ones get more bytes in lower case, or are two code points in NFD. */
const characters = ['x', 'é', '靴', '👟', 'İ', 'ẞ', 'e\u0301'] as const;
const lengths = [
  1, 99, 100, 101, 125, 133, 134, 146, 147, 166, 167, 199, 200, 201, 250, 255, 256, 333, 399, 400, 401, 436,
  440, 441, 499, 500, 501, 1_000, 1_024, 2_000,
] as const;
const text = fc
  .tuple(fc.constantFrom(...characters), fc.constantFrom(...lengths))
  .map(([character, length]) => character.repeat(length));

/** Ids and folders as long as they may be. */
const longIds = fc.constantFrom('é'.repeat(198), '靴'.repeat(132), '👟'.repeat(99));
const longFolders = fc.constantFrom('é'.repeat(245), '靴'.repeat(165), '👟'.repeat(123), 'x'.repeat(490));

/** As a path of folders, each of at most 100 characters. */
const asFolder = (given: string) =>
  `/${[...given].map((character, index) => ((index + 1) % 90 === 0 ? `${character}/` : character)).join('')}/`.replace(
    '//',
    '/',
  );

type Call = readonly [method: string, path: string, body?: unknown];
const query = encodeURIComponent;

/** Every field with a text of the caller's in it. */
const fields: Readonly<Record<string, (given: string) => Call>> = {
  'createFolder.path': (given) => ['POST', '/folders', { path: asFolder(given) }],
  'listFolders.parent': (given) => ['GET', `/folders?parent=${query(asFolder(given))}`],
  'moveFolder.to': (given) => ['PATCH', '/folders', { from: '/autumn/', to: asFolder(given) }],
  'deleteFolder.path': (given) => ['DELETE', `/folders?path=${query(asFolder(given))}`],
  'moveAssets.folder': (given) => ['POST', '/assets/move', { assetIds: ['shoe'], folder: asFolder(given) }],
  'listAssets.folder': (given) => ['GET', `/assets?folder=${query(asFolder(given))}`],
  'searchAssets.folder': (given) => ['GET', `/search?folder=${query(asFolder(given))}&below=true`],
  'searchAssets.q': (given) => ['GET', `/search?q=${query(given)}`],
  'searchAssets.keyword': (given) => ['GET', `/search?keyword=${query(given)}`],
  'readAsset.id': (given) => ['GET', `/assets/${query(given)}`],
  'readAssets.assetIds': (given) => ['POST', '/assets/read', { assetIds: [given] }],
  'readSet.id': (given) => ['GET', `/sets/${query(given)}`],
  'listVersions.id': (given) => ['GET', `/assets/${query(given)}/versions`],
  'renameAsset.to': (given) => ['POST', '/assets/shoe/rename', { to: given }],
  'publishAssets.assetIds': (given) => ['POST', '/publish', { assetIds: [given], partial: true }],
  'trashAssets.assetIds': (given) => ['POST', '/trash', { assetIds: [given], partial: true }],
  'createSet.id': (given) => ['POST', '/sets', { type: 'image-set', id: given, members: [{ id: 'shoe' }] }],
  'createSet.folder': (given) => [
    'POST',
    '/sets',
    { type: 'image-set', id: 'views', folder: asFolder(given), members: [{ id: 'shoe' }] },
  ],
  'createSet.title': (given) => [
    'POST',
    '/sets',
    { type: 'image-set', id: 'views', title: given, members: [{ id: 'shoe' }] },
  ],
  'createSet.members': (given) => [
    'POST',
    '/sets',
    { type: 'image-set', id: 'views', members: [{ id: given }] },
  ],
  'createSet.label': (given) => [
    'POST',
    '/sets',
    { type: 'image-set', id: 'views', members: [{ id: 'shoe', label: given }] },
  ],
  'createDerived.id': (given) => ['POST', '/assets/shoe/derived', { id: given, recipe: 'wid=2' }],
  'putBatchSetPreset.name': (given) => [
    'PUT',
    `/batch-set-presets/${query(given)}`,
    { setType: 'image-set', members: '{base}-{view}' },
  ],
  'putBatchSetPreset.setId': (given) => [
    'PUT',
    '/batch-set-presets/all',
    { setType: 'image-set', members: '{base}-{view}', setId: `{base}${given}` },
  ],
  'putBatchSetPreset.members': (given) => [
    'PUT',
    '/batch-set-presets/all',
    { setType: 'image-set', members: `{base}${given}{view}` },
  ],
  'editMetadata.title': (given) => ['PATCH', '/assets/shoe', { title: given }],
  'editMetadata.description': (given) => ['PATCH', '/assets/shoe', { description: given }],
  'editMetadata.altText': (given) => ['PATCH', '/assets/shoe', { altText: given }],
  'editMetadata.keywords': (given) => ['PATCH', '/assets/shoe', { keywords: [given] }],
  'editMetadata.fields': (given) => ['PATCH', '/assets/shoe', { fields: { sku: given } }],
  'writeMetadataSchema.label': (given) => [
    'PUT',
    '/metadata-schema',
    { fields: [{ name: 'sku', label: given, type: 'text' }] },
  ],
  'writeMetadataSchema.values': (given) => [
    'PUT',
    '/metadata-schema',
    { fields: [{ name: 'sku', label: 'SKU', type: 'choice', values: [given] }] },
  ],
  'submitJob.name': (given) => ['POST', '/jobs', { name: given }],
  'submitJob.runAs': (given) => ['POST', '/jobs', { runAs: given }],
  'submitJob.scope.folder': (given) => ['POST', '/jobs', { scope: { folder: asFolder(given) } }],
  'submitJob.scope.assets': (given) => ['POST', '/jobs', { scope: { assets: [given] } }],
  'listJobs.user': (given) => ['GET', `/jobs?user=${query(given)}`],
  'createUpload.name': (given) => [
    'POST',
    '/uploads',
    {
      name: given,
      files: [
        {
          name: 'a.png',
          bytes: 1,
          type: 'image/png',
          sha256,
        },
      ],
    },
  ],
  'createUpload.batchSetPresets': (given) => [
    'POST',
    '/uploads',
    {
      batchSetPresets: [given],
      files: [
        {
          name: 'a.png',
          bytes: 1,
          type: 'image/png',
          sha256,
        },
      ],
    },
  ],
};

describe('a text of any length in any script', () => {
  it.each(Object.entries(fields))('in %s never ends in an error on our side', async (_, callOf) => {
    const library = open();
    await library.upload(
      'ann',
      { name: 'shoe.png', type: 'image/png', bytes: picture },
      { folder: '/autumn/' },
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const [method, path, body] = callOf(given);
        const response = await library.call('admin', method, path, body);
        expect(response.status, JSON.stringify(response.body).slice(0, 500)).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });

  it('as name, folder and preset of an upload never keeps a job running or an asset from the trash', async () => {
    let longestKey = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(text, longIds),
        fc.oneof(text, longFolders),
        text,
        async (name, folder, preset) => {
          const library = open();
          await library.call('admin', 'PUT', '/servers/server-directory', { on: true });
          await library.publishJob('admin', 'new');
          const presetName = [...preset].slice(0, 100).join('').trim();
          await library.call('admin', 'PUT', `/batch-set-presets/${query(presetName)}`, {
            setType: 'image-set',
            members: '{base}-{view}',
            setId: `{base}${[...preset].slice(0, 190).join('')}`,
          });
          const file = { name: `${name}-1.png`, type: 'image/png', bytes: picture };
          const { status, body } = await library.upload('ann', file, { folder: asFolder(folder) });
          if (status === 400) return;
          expect(status).toBe(200);
          expect(['succeeded', 'completed-with-errors']).toContain(body.status);
          const { body: list } = await library.call(
            'ann',
            'GET',
            `/assets?folder=${query(asFolder(folder))}`,
          );
          for (const key of (await library.look()).origins.keys())
            longestKey = Math.max(longestKey, Buffer.byteLength(key.replace(/^[^:]*:/, '')));
          const items = list.items as { id: string }[];
          for (const { id } of items) {
            const trashed = await library.call('ann', 'DELETE', `/assets/${query(id)}`);
            expect(trashed.status, JSON.stringify(trashed.body)).toBe(200);
          }
        },
      ),
      { numRuns: 150 },
    );
    // The property has met keys that are almost as long as S3 allows.
    expect(longestKey).toBeGreaterThan(900);
  }, 60_000);

  it.each([
    [
      'a folder',
      'path',
      ['POST', '/folders', { path: asFolder('靴'.repeat(170)) }],
      'must have at most 500 bytes in UTF-8; it has 513',
    ],
    [
      'an id',
      'to',
      ['POST', '/assets/shoe/rename', { to: '👟'.repeat(101) }],
      'has 404 bytes in UTF-8; at most 400 are allowed',
    ],
    [
      'a file name',
      'files[0].name',
      [
        'POST',
        '/uploads',
        { files: [{ name: `${'é'.repeat(219)}.png`, bytes: 1, type: 'image/png', sha256 }] },
      ],
      'must have at most 440 bytes in UTF-8; it has 442',
    ],
  ] as const)(
    'that is too long for a key is refused with the limit and the size: %s',
    async (_, field, [method, path, body], message) => {
      const response = await open().call('admin', method, path, body);
      expect(response).toMatchObject({ status: 400, body: { errors: [{ field, message }] } });
    },
  );
});
