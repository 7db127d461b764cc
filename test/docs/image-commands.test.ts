import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { imageCommandsFile, imageCommandsPage } from '../../scripts/write-image-commands.ts';

it('docs/image-commands.md is what the table of commands says; if not: node scripts/write-image-commands.ts', () => {
  expect(readFileSync(imageCommandsFile, 'utf8')).toBe(imageCommandsPage());
});
