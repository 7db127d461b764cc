import { describe, expect, it } from 'vitest';
import { createSet, editSet } from '../../../application/sets/save-set.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { type LogEntry, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import type { BatchSetPreset } from '../../../domain/sets/batch-set-preset.ts';
import type { UploadFile } from '../../../domain/uploads/upload-file.ts';
import { type BuildSetsDependencies, buildSets } from '../../../functions/ingest-upload/build-sets.ts';
import { company } from '../../support/builders.ts';
import { at, imageAsset, type LibraryCloud, libraryCloud } from '../../support/library-cloud.ts';

const preset: BatchSetPreset = {
  name: 'views',
  setType: 'image-set',
  members: '{base}-{view}',
  setId: '{base}-set',
  active: true,
};

const jobOf = (files: number, change: Partial<UploadJob> = {}): UploadJob => ({
  kind: 'upload',
  company,
  id: '01M868ZY4BTMHSX5Z3VJK1D3HJ',
  givenName: 'Upload',
  name: 'Upload',
  status: 'running',
  counts: { ...noCounts, total: files, done: files },
  submitted: at,
  submittedBy: 'ann',
  folder: '/shoes/',
  publishAfterUploading: true,
  ...change,
});

interface Upload {
  readonly ids: readonly string[];
  readonly job?: Partial<UploadJob>;
  readonly presets?: readonly BatchSetPreset[];
  readonly settings?: Partial<CompanySettings>;
  readonly dependencies?: Partial<BuildSetsDependencies>;
  readonly lastAttempt?: boolean;
}

/** Ends an upload of these assets. @returns the log entries of its sets */
async function endUpload(library: LibraryCloud, upload: Upload): Promise<LogEntry[]> {
  const lines = new Map<string, LogEntry>();
  const { dependencies } = library;
  for (const id of upload.ids) if (!library.assets.has(id)) library.assets.set(id, imageAsset(id));
  const files = upload.ids.map((assetId, index): UploadFile => {
    const logEntry: LogEntry = { time: at, asset: assetId, outcome: 'recorded', message: '' };
    const name = `${assetId}.png`;
    return {
      company,
      jobId: 'j',
      file: index + 1,
      name,
      assetId,
      bytes: 1,
      type: '',
      state: 'settled',
      logEntry,
    };
  });
  await buildSets(jobOf(files.length, upload.job), upload.lastAttempt ?? false, {
    ...dependencies,
    listFiles: async () => ({ items: files }),
    listPresets: async () => [...(upload.presets ?? [preset])],
    getSettings: async () => ({ ...defaultSettings, ...upload.settings }),
    createSet: (set, saving) => createSet(set, saving, dependencies),
    editSet: (edit, saving) => editSet(edit, saving, dependencies),
    putSetLogEntry: async (_, set, line) => {
      if (!lines.has(set)) lines.set(set, line);
      return true;
    },
    now: () => at,
    ...upload.dependencies,
  });
  return [...lines.values()];
}

const membersOf = (library: LibraryCloud, id: string) => {
  const { masterKey, masterVersionId } = library.assets.get(id) ?? imageAsset('none');
  return library.records.get(`${masterKey}@${masterVersionId}`)?.members.map((member) => member.id);
};
const change = (library: LibraryCloud, id: string, values: Partial<Asset>) =>
  library.assets.set(id, { ...(library.assets.get(id) ?? imageAsset(id)), ...values });

it.each([
  ['running, with an open file', { status: 'running', counts: { ...noCounts, total: 2, done: 1 } }, false],
  [
    'running, with all files settled',
    { status: 'running', counts: { ...noCounts, total: 2, done: 2 } },
    true,
  ],
  ['ended', { status: 'succeeded', counts: { ...noCounts, total: 2, done: 2 } }, true],
] as const)('of a job that is %s: it may be ended: %s', async (_, state, mayEnd) => {
  const { dependencies } = libraryCloud([]);
  const others = { listPresets: async () => [], getSettings: async () => defaultSettings, now: () => at };
  const mocked = { ...dependencies, ...others } as unknown as BuildSetsDependencies;
  expect(await buildSets({ ...jobOf(2), ...state }, false, mocked)).toBe(mayEnd);
});

describe('the end of an upload', () => {
  it('builds a set for each base name, published like the upload, with a log entry for each', async () => {
    const library = libraryCloud([]);
    const lines = await endUpload(library, { ids: ['shoe-2', 'shoe-1', 'hat-1', 'single'] });
    expect(membersOf(library, 'shoe-set')).toEqual(['shoe-1', 'shoe-2']);
    expect(membersOf(library, 'hat-set')).toEqual(['hat-1']);
    expect(library.assets.get('shoe-set')).toMatchObject({
      folder: '/shoes/',
      intent: 'live',
      createdBy: 'ann',
    });
    expect(lines).toEqual([
      {
        time: at,
        asset: 'hat-set',
        type: 'image-set',
        outcome: 'published',
        message: 'hat-set: image-set with 1 member, 1 of them from this upload (preset views)',
      },
      expect.objectContaining({
        asset: 'shoe-set',
        message: 'shoe-set: image-set with 2 members, 2 of them from this upload (preset views)',
      }),
    ]);
  });

  it('logs the same for a duplicate event, and changes nothing more', async () => {
    const library = libraryCloud([]);
    const first = await endUpload(library, { ids: ['shoe-1', 'shoe-2'] });
    const set = library.assets.get('shoe-set');
    expect(await endUpload(library, { ids: ['shoe-1', 'shoe-2'] })).toEqual(first);
    expect(library.assets.get('shoe-set')).toEqual(set);
  });

  it('publishes a set that an earlier run built and did not publish', async () => {
    const library = libraryCloud([]);
    await endUpload(library, { ids: ['shoe-1'] });
    change(library, 'shoe-set', { publications: {} });
    const [line] = await endUpload(library, { ids: ['shoe-1'] });
    expect(line?.outcome).toBe('published');
    expect(library.assets.get('shoe-set')?.publications).not.toEqual({});
  });

  it.each<[string, Upload['job'], boolean]>([
    ['published, with an upload that publishes', { publishAfterUploading: true }, true],
    ['not published, with one that does not', { publishAfterUploading: false }, false],
  ])('builds them %s', async (_, job, published) => {
    const library = libraryCloud([]);
    const [line] = await endUpload(library, { ids: ['shoe-1'], ...(job ? { job } : {}) });
    expect(line?.outcome).toBe(published ? 'published' : 'recorded');
    expect(library.assets.get('shoe-set')?.intent).toBe(published ? 'live' : 'pending');
  });

  it.each<[string, Partial<Asset>, Upload['settings'], Asset['intent']]>([
    ['keeps held what was unpublished by hand', { intent: 'held', publications: {} }, {}, 'held'],
    [
      'takes it for new where the company retains no state',
      { intent: 'held', publications: {} },
      { retainPublishState: false },
      'live',
    ],
    ['keeps live what is live', {}, {}, 'live'],
  ])('extends a set and %s', async (_, state, settings, intent) => {
    const library = libraryCloud([]);
    await endUpload(library, { ids: ['shoe-1', 'shoe-3'] });
    change(library, 'shoe-set', state);
    await endUpload(library, { ids: ['shoe-2'], ...(settings ? { settings } : {}) });
    expect(membersOf(library, 'shoe-set')).toEqual(['shoe-1', 'shoe-2', 'shoe-3']);
    expect(library.assets.get('shoe-set')).toMatchObject({ intent, version: 2 });
  });

  it.each<[string, Upload, string[]]>([
    ['no active preset', { ids: ['shoe-1'], presets: [{ ...preset, active: false }] }, []],
    [
      'a preset that the upload names, active or not',
      { ids: ['shoe-1'], presets: [{ ...preset, active: false }], job: { batchSetPresets: ['views'] } },
      ['shoe-set'],
    ],
    ['an upload that wants none', { ids: ['shoe-1'], job: { batchSetPresets: [] } }, []],
    ['a job that was stopped', { ids: ['shoe-1'], job: { status: 'stopping' } }, []],
    ['a job with open files', { ids: ['shoe-1'], job: { counts: { ...noCounts, total: 2, done: 1 } } }, []],
    ['an upload of nothing that fits', { ids: ['single'] }, []],
  ])('of %s builds what is to be built', async (_, upload, sets) => {
    const lines = await endUpload(libraryCloud([]), upload);
    expect(lines.map(({ asset }) => asset)).toEqual(sets);
  });

  it.each<[string, Partial<Asset>, string]>([
    ['an image', {}, 'shoe-set is an image in /'],
    ['a set of another type', { type: 'spin-set' }, 'shoe-set is a spin-set in /'],
    ['in the trash', { type: 'image-set', trashed: { at, by: 'ann' } }, 'in the trash'],
  ])('logs an id that is %s', async (_, values, message) => {
    const library = libraryCloud([imageAsset('shoe-set', values)]);
    expect(await endUpload(library, { ids: ['shoe-1'] })).toEqual([
      expect.objectContaining({ outcome: 'error', message: expect.stringContaining(message) }),
    ]);
    expect(library.assets.get('shoe-set')).toEqual(imageAsset('shoe-set', values));
  });

  it('logs sets that exceed the limits', async () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => `shoe-${index}`);
    const [line] = await endUpload(libraryCloud([]), { ids });
    expect(line).toMatchObject({ outcome: 'error', message: expect.stringContaining('at most 1000') });
  });

  it('is retried after an error on our side, and logs it in the last attempt', async () => {
    const dependencies = {
      createSet: async () => {
        throw new Failure('storage.busy', 'busy');
      },
    };
    const upload = { ids: ['shoe-1'], dependencies };
    await expect(endUpload(libraryCloud([]), upload)).rejects.toThrow('busy');
    expect(await endUpload(libraryCloud([]), { ...upload, lastAttempt: true })).toEqual([
      expect.objectContaining({ outcome: 'error', message: expect.stringContaining('failed on our side') }),
    ]);
  });

  it('extends a set that another upload built meanwhile', async () => {
    const library = libraryCloud([imageAsset('shoe-9')]);
    let done = false;
    library.fault = (call, when) => {
      if (done || call !== 'createAsset' || when !== 'before') return;
      done = true;
      library.records.set('luma/shoe-set@x', { type: 'image-set', members: [{ id: 'shoe-9' }] });
      library.assets.set('shoe-set', imageAsset('shoe-set', { type: 'image-set', masterVersionId: 'x' }));
    };
    const lines = await endUpload(library, { ids: ['shoe-1'] });
    expect(lines.map(({ outcome }) => outcome)).toEqual(['recorded']);
    expect(membersOf(library, 'shoe-set')).toEqual(['shoe-1', 'shoe-9']);
  });
});
