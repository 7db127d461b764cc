import { anAsset } from '../../support/builders.ts';
import { expect, it } from 'vitest';
import { originKey } from '../../../domain/delivery/origin-key.ts';

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
