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

  it('have the metadata files last, in a job that waits for the others', () => {
    const tables = [file('a.metadata.csv', 'red/'), file('b.metadata.txt')];
    const groups = groupsOf([...tables, ...files], { folder: '/shoes/', keepFolders: true }, 1_000);
    expect(namesIn(groups).at(-1)).toEqual(['/shoes/', ['a.metadata.csv', 'b.metadata.txt']]);
    expect(groups.map(({ afterJobs }) => afterJobs)).toEqual([undefined, undefined, undefined, true]);
    const one = groupsOf([...tables, ...files], { folder: '/', keepFolders: false }, 1_000);
    expect(one).toHaveLength(1);
    expect(one[0]?.files).toHaveLength(7);
  });

  it('have no more files than an upload accepts', () => {
    const groups = groupsOf(files, { folder: '/', keepFolders: false }, 2);
    expect(groups.map((group) => group.files.length)).toEqual([2, 2, 1]);
  });
});
