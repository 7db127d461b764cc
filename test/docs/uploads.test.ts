import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileType, fileTypes } from '../../domain/assets/asset.ts';
import { acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { maxBytesByType } from '../../domain/uploads/limits.ts';
import { overwriteModes } from '../../domain/uploads/overwrite.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'uploads.md'), 'utf8');
/** The rows whose first cell names the type: Photoshop files are images or documents, and have a row of their own. */
const rowsOf = (type: FileType) =>
  page.split('\n').filter((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${type}\``));

describe('the page about uploads', () => {
  it.each(fileTypes)('has a row of %s with its limit and its extensions', (type) => {
    const row = rowsOf(type).join('\n');
    const mebibytes = Math.ceil(maxBytesByType[type] / 1024 ** 2);
    expect(row).toContain(mebibytes % 1024 === 0 ? `| ${mebibytes / 1024} GiB |` : `| ${mebibytes} MiB |`);
    for (const accepted of Object.values(acceptedTypes).filter((candidate) => candidate.type === type)) {
      for (const extension of accepted.extensions) {
        expect(row, accepted.label).toMatch(new RegExp(`[ (]${extension}[ ),;:|]`));
      }
    }
  });

  it('names every overwrite mode', () => {
    for (const mode of overwriteModes) expect(page).toContain(`| \`${mode}\``);
  });
});
