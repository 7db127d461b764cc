import { describe, expect, it } from 'vitest';
import { originKey } from '../../../domain/delivery/origin-key.ts';
import { anAsset } from '../../support/builders.ts';

it.each([
  ['image-serving', 'image', 'luma/image/Red shoe'],
  ['image-serving', 'animated-gif', 'luma/content/Red shoe'],
  ['image-serving', 'pdf', 'luma/content/Red shoe'],
  ['image-serving', 'derived-image', 'luma/image/Red shoe'],
  ['image-serving', 'image-set', 'luma/set/Red shoe'],
  ['image-serving', 'template', 'luma/set/Red shoe'],
  ['video', 'video', 'luma/Red shoe'],
  ['video', 'caption', 'luma/Red shoe'],
  ['video', 'adaptive-video-set', 'luma/set/Red shoe'],
  ['image-rendering', 'image', 'luma/Red shoe'],
  ['server-directory', 'image', 'luma/autumn/Red shoe.jpg'],
] as const)('on %s, a file of type %s has the key %s', (server, type, expected) => {
  expect(originKey(server, anAsset({ id: 'Red shoe', type, folder: '/autumn/' }))).toBe(expected);
});

describe('the key on Server Directory', () => {
  it.each([
    ['a file', 'logo', 'logo.jpg', 'logo.jpg'],
    ['a file with characters that ids do not have', 'ab', 'a?b.jpg', 'a?b.jpg'],
    ['a file without an extension', 'LICENSE', 'LICENSE', 'LICENSE'],
    ['a set', 'shoe', 'shoe', 'shoe'],
    ['a set whose id would be the name of a file', 'shoe-1.5', 'shoe-1.5', 'shoe-1.5.spin-set'],
    ['a name in NFD', 'caf\u00e9', 'cafe\u0301.jpg', 'caf\u00e9.jpg'],
    ['a name with a path', 'presslogo', 'press/logo.jpg', 'presslogo.spin-set'],
    ['a name that leads up', 'x', '../x.jpg', 'x.spin-set'],
    ['a name with a line break', 'ab', 'a\nb.jpg', 'ab.spin-set'],
    ['a name of another id', 'shoe', 'boot.jpg', 'shoe.spin-set'],
  ])('of %s has the last segment that gives its id', (_, id, fileName, last) => {
    const asset = anAsset({ id, fileName, type: 'spin-set', folder: '/autumn/' });
    expect(originKey('server-directory', asset)).toBe(`luma/autumn/${last}`);
  });
});
