import { describe, expect, it } from 'vitest';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { originKey } from '../../../domain/delivery/origin-key.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { isRecordedObject, possibleOwner } from '../../../domain/library/origin-owner.ts';

describe('the possible owner of an object', () => {
  it.each(['red shoe', 'Ænima (live) 100', 'a.b', 'v1.2.3', 'shoe-1.5', 'x'.repeat(200), '靴', 'a.image'])(
    'is found for %s on every server',
    (id) => {
      for (const server of servers) {
        for (const type of assetTypes) {
          for (const fileName of [`${id}.png`, id]) {
            const key = originKey(server, { company: 'luma', id, type, folder: '/autumn/shoes/', fileName });
            expect(possibleOwner(server, key), key).toEqual({ company: 'luma', id });
          }
        }
      }
    },
  );

  it('is found if the file name has characters that ids cannot have', () => {
    expect(possibleOwner('server-directory', 'luma/a/red+shoe.png')?.id).toBe('redshoe');
  });

  it.each([
    ['image-serving', 'luma/red shoe'],
    ['image-serving', 'luma/other/red shoe'],
    ['image-serving', 'luma/image/'],
    ['image-rendering', 'luma/image/x'],
    ['video', 'luma/film/1'],
    ['video', 'robots.txt'],
    ['server-directory', 'luma/'],
    ['server-directory', '_index/luma.jsonl'],
    ['image-serving', ''],
  ] as const)('is undefined on %s for "%s"', (server, key) => {
    expect(possibleOwner(server, key)).toBeUndefined();
  });

  it('is the asset whose record has exactly this object', () => {
    const publication = { version: 1, at: '', by: '', key: 'luma/image/x' };
    const asset = { publications: { 'image-serving': publication } };
    expect(isRecordedObject(asset, 'image-serving', 'luma/image/x')).toBe(true);
    expect(isRecordedObject(asset, 'image-serving', 'luma/content/x')).toBe(false);
    expect(isRecordedObject(asset, 'video', 'luma/image/x')).toBe(false);
    expect(isRecordedObject(undefined, 'video', 'luma/image/x')).toBe(false);
  });
});
