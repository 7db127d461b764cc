import { expect, it } from 'vitest';
import { newDraft } from '../src/pages/publish/job-draft.ts';
import { newSourceDraft, readLines, sourceDraftOf, uploadOf } from '../src/pages/upload/source-draft.ts';

it.each([
  ['https://a.test/red%20shoe.jpg', { url: 'https://a.test/red%20shoe.jpg' }],
  ['  https://a.test/get?id=7   hat one.png ', { url: 'https://a.test/get?id=7', name: 'hat one.png' }],
  [
    'https://a.test/hat.png /hats/new/cap.png',
    { url: 'https://a.test/hat.png', name: 'cap.png', folder: '/hats/new/' },
  ],
  ['https://a.test/hat.png /hats/', { url: 'https://a.test/hat.png', folder: '/hats/' }],
  ['hat.png', { url: 'hat.png', problem: 'Line 1: "hat.png" is not an address such as https://…' }],
  [
    'https://a.test/',
    {
      url: 'https://a.test/',
      problem: 'Line 1: the address has no file name at its end. Add one after a space',
    },
  ],
])('the line %j is read', (line, expected) => {
  expect(readLines(line)).toEqual([expected]);
});

it('a schedule of uploads that is opened and saved stays as it was', () => {
  const shown = {
    from: {
      urls: [
        { url: 'https://a.test/get?…', name: 'hat.png', folder: '/hats/' },
        { url: 'https://a.test/b.png', name: 'b.png' },
      ],
      changedOnly: false,
    },
    folder: '/shop/',
    publishAfterUploading: false,
    overwrite: true,
    unpack: true as const,
    preservePublishState: false,
    batchSetPresets: ['Spin'],
    followWith: { publish: 'full' as const, servers: ['video' as const], onlyIfFiles: false },
  };
  const { from, ...options } = uploadOf(sourceDraftOf(shown, 'Hats'), newDraft('UTC'));
  expect(options).toEqual({
    folder: '/shop/',
    publishAfterUploading: false,
    overwrite: true,
    unpack: true,
    preservePublishState: false,
    batchSetPresets: ['Spin'],
    followWith: { publish: 'full', servers: ['video'], onlyIfFiles: false },
  });
  expect(from).toEqual({
    urls: [
      { url: 'https://a.test/get?…', name: 'hat.png', folder: '/hats/' },
      { url: 'https://a.test/b.png' },
    ],
    changedOnly: false,
  });
});

it('says nothing about changed files unless somebody chooses', () => {
  const draft = { ...newSourceDraft('/'), bucket: ' photos ', prefix: 'web/' };
  expect(uploadOf(draft, newDraft('UTC')).from).toEqual({
    bucket: 'photos',
    prefix: 'web/',
    includeSubfolders: false,
  });
});
