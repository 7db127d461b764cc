import { describe, expect, it } from 'vitest';
import { groupsOf } from '../src/pages/upload/upload-groups.ts';

const file = (name: string, path = '') => ({ file: { name }, path });
const namesIn = (groups: ReturnType<typeof groupsOf>) =>
  groups.map(({ folder, files }) => [folder, files.map(({ name }) => name)]);

describe('the jobs of an upload', () => {
  const files = [file('b-10'), file('b-9'), file('c', 'red/'), file('d', 'red/dark/'), file('a', 'red/')];

  it('are one for each folder, with the files in the order of their names', () => {
    expect(namesIn(groupsOf(files, { folder: '/shoes/', keepFolders: true }, 1_000))).toEqual([
      ['/shoes/', ['b-9', 'b-10']],
      ['/shoes/red/', ['a', 'c']],
      ['/shoes/red/dark/', ['d']],
    ]);
  });

  it('are one for all files if the folders are not kept', () => {
    expect(namesIn(groupsOf(files, { folder: '/', keepFolders: false }, 1_000))).toEqual([
      ['/', ['a', 'b-9', 'b-10', 'c', 'd']],
    ]);
  });

  it('have no more files than an upload accepts', () => {
    const groups = groupsOf(files, { folder: '/', keepFolders: false }, 2);
    expect(groups.map((group) => group.files.length)).toEqual([2, 2, 1]);
  });
});
