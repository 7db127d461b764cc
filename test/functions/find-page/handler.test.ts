import { expect, it } from 'vitest';
import { handler } from '../../../functions/find-page/handler.ts';

it.each([
  ['/', '/index.html'],
  ['/luma/library', '/index.html'],
  ['/luma/assets/shoe.v2', '/index.html'],
  ['/luma/_/x.js', '/index.html'],
  ['/config.json', '/config.json'],
  ['/_/main-x1.js', '/_/main-x1.js'],
])('%s is served from %s', (uri, expected) => {
  expect(handler({ request: { uri } }).uri).toBe(expected);
});
