import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256OfFile } from '../src/uploads/compare-files.ts';
import { localFiles } from '../src/uploads/local-files.ts';
import { fakeLibrary, sha256 } from './fake-library.ts';
import { checkedError, runCli, signedIn, temporaryFolder, writeFiles } from './run-cli.ts';

const media = { 'a.png': 'a', 'b.png': 'bb', 'inner/c.png': 'ccc', '.hidden': 'x', 'inner/.DS_Store': 'x' };

function folderWith(files: Readonly<Record<string, string | Uint8Array>> = media): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

const options = (folder: string, library: ReturnType<typeof fakeLibrary>, more: object = {}) => ({
  fetch: library.fetch,
  folder,
  env: { ...signedIn, PRESSROOM_HOME: join(folder, '.home') },
  ...more,
});

describe('Files of this machine', () => {
  it('are found below folders, with their names, without hidden ones and without links to folders', async () => {
    const folder = folderWith();
    symlinkSync(folder, join(folder, 'inner', 'circle'));
    symlinkSync(join(folder, 'a.png'), join(folder, 'inner', 'link.png'));
    const found = [];
    for await (const file of localFiles([join(folder, 'inner'), join(folder, 'b.png')], '/x/'))
      found.push(`${file.folder}${file.name} ${file.bytes}`);
    expect(found).toEqual(['/x/inner/c.png 3', '/x/inner/link.png 1', '/x/b.png 2']);
  });

  it('have the checksum of S3 for a file in parts', async () => {
    const bytes = randomBytes(2_500_000);
    const folder = folderWith({ large: bytes });
    const partBytes = 1_000_000;
    const whole = createHash('sha256');
    for (let start = 0; start < bytes.length; start += partBytes)
      whole.update(
        createHash('sha256')
          .update(bytes.subarray(start, start + partBytes))
          .digest(),
      );
    expect(await sha256OfFile(join(folder, 'large'), partBytes)).toBe(whole.digest('base64'));
    expect(await sha256OfFile(join(folder, 'large'))).toBe(sha256(bytes));
  });
});

describe('pressroom upload', () => {
  it('sends what is new, in one job for each folder, with its options', async () => {
    const library = fakeLibrary();
    const folder = folderWith();
    const words = [
      'upload',
      'a.png',
      'inner',
      '--folder',
      'autumn',
      '--no-publish',
      '--job-name',
      'Autumn',
      '--json',
    ];
    const { exitCode, lines } = await runCli(words, options(folder, library));
    expect(exitCode).toBe(0);
    expect(library.created).toEqual([
      { folder: '/autumn/', publishAfterUploading: false, name: 'Autumn' },
      { folder: '/autumn/inner/', publishAfterUploading: false, name: 'Autumn' },
    ]);
    expect(lines.map(({ kind, outcome, assetId, folder: to }) => [kind, outcome, assetId, to])).toEqual([
      ['file', 'sent', 'a', '/autumn/'],
      ['job', undefined, undefined, undefined],
      ['file', 'sent', 'c', '/autumn/inner/'],
      ['job', undefined, undefined, undefined],
    ]);
    expect(library.stored).toHaveLength(2);
    // Nothing is left to be continued.
    expect(readdirSync(join(folder, '.home', 'uploads'))).toEqual([]);
  });

  it('does not send what the library has, unless --all is given, and publishes it with --publish', async () => {
    const library = fakeLibrary({
      a: { folder: '/', fileName: 'a.png', bytes: 1, sha256: sha256('a') },
      b: { folder: '/', fileName: 'b.png', bytes: 2, sha256: sha256('other') },
    });
    const folder = folderWith();
    const first = await runCli(['upload', 'a.png', 'b.png', '--publish', '--json'], options(folder, library));
    expect(first.lines.map(({ outcome }) => outcome)).toEqual(['unchanged', 'sent', undefined]);
    expect(library.published).toEqual(['a']);
    const all = await runCli(['upload', 'a.png', 'b.png', '--all', '--json'], options(folder, library));
    expect(all.lines.filter(({ outcome }) => outcome === 'sent')).toHaveLength(2);
  });

  it('waits for its jobs with --watch', async () => {
    const { lines } = await runCli(
      ['upload', 'a.png', '--watch', '--json'],
      options(folderWith(), fakeLibrary()),
    );
    expect(lines.at(-1)).toMatchObject({ kind: 'job', job: { status: 'succeeded' } });
  });

  it('applies tables of metadata after all other jobs, those of --metadata and those in folders', async () => {
    const library = fakeLibrary();
    const table = 'file,title\na.png,A\n';
    const folder = folderWith({ ...media, 'titles.csv': table, 'inner/c.metadata.csv': table });
    const words = ['upload', 'a.png', 'inner', '--metadata', 'titles.csv', '--json'];
    const { exitCode, lines } = await runCli(words, options(folder, library));
    expect(exitCode).toBe(0);
    expect([...library.jobs.values()].map((files) => files.map(({ name }) => name))).toEqual([
      ['a.png'],
      ['c.png'],
      ['titles.metadata.csv'],
      ['c.metadata.csv'],
    ]);
    const applied = lines.filter(({ kind }) => kind === 'metadata');
    expect(applied).toMatchObject([
      { path: join(folder, 'titles.csv'), outcome: 'skipped' },
      { path: join(folder, 'inner', 'c.metadata.csv'), message: expect.stringContaining('applied') },
    ]);
    const alone = await runCli(['upload', '--metadata', 'titles.csv'], options(folder, library));
    expect(alone).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('metadata of 1 asset applied'),
    });
  });

  it('makes several jobs of more files than a job accepts', async () => {
    const library = fakeLibrary();
    const folder = folderWith(
      Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`many/${index}.txt`, `${index}`])),
    );
    const { exitCode } = await runCli(['upload', 'many'], options(folder, library));
    expect(exitCode).toBe(0);
    expect([...library.jobs.values()].map(({ length }) => length)).toEqual([1_000, 1]);
  });

  it.each([
    [['upload', 'nothing.png'], 'nothing.png does not exist'],
    [['upload', 'empty'], 'There is no file to upload'],
    [['upload', '--metadata', 'a.png'], 'a.png is no table'],
    [['upload', '--metadata', 'nothing.csv'], 'nothing.csv does not exist'],
    [['upload', 'a.png', 'other/a.png'], 'have the same place /a.png'],
  ])('%j ends with 2: %s', async (words, text) => {
    const folder = folderWith({ ...media, 'empty/.hidden': '', 'other/a.png': 'other' });
    const { exitCode, stderr } = await runCli(words, options(folder, fakeLibrary()));
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(text) });
  });

  it('continues after a lost connection, and sends nothing twice', async () => {
    const library = fakeLibrary();
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`many/${index}.txt`, `content ${index}`]),
    );
    const folder = folderWith(files);
    library.state.onPut = () => {
      if (library.stored.length >= 12)
        throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') });
    };
    const words = ['upload', 'many', '--parallel', '1', '--json'];
    const lost = await runCli(words, options(folder, library));
    expect(lost.exitCode).toBe(6);
    expect(checkedError(lost.stderr)).toMatchObject({ code: 'network.failed' });
    library.state.onPut = () => {};
    const again = await runCli(words, options(folder, library));
    expect(again.exitCode).toBe(0);
    expect(again.lines.filter(({ outcome }) => outcome === 'sent')).toHaveLength(20);
    expect(new Set(library.stored).size).toBe(20);
    expect(library.stored).toHaveLength(20);
    expect(library.jobs.size).toBe(1);
  });

  it('continues a file in parts with the parts that are missing', async () => {
    const library = fakeLibrary();
    const folder = folderWith({ 'film.mp4': '' });
    const parts = 7;
    truncateSync(join(folder, 'film.mp4'), parts * 16 * 1024 * 1024 - 5);
    library.state.onPut = () => {
      if (library.stored.length === 3) throw new TypeError('fetch failed');
    };
    const words = ['upload', 'film.mp4', '--parallel', '1'];
    expect((await runCli(words, options(folder, library))).exitCode).toBe(6);
    library.state.onPut = () => {};
    expect((await runCli(words, options(folder, library))).exitCode).toBe(0);
    expect(library.stored.map((key) => key.split('/')[2])).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('sends a file that was changed since in another job, and leaves out one that is gone', async () => {
    const library = fakeLibrary();
    const folder = folderWith({ 'many/1.txt': 'one', 'many/2.txt': 'two', 'many/3.txt': 'three' });
    library.state.onPut = () => {
      if (library.stored.length === 1) throw new TypeError('fetch failed');
    };
    const words = ['upload', 'many', '--parallel', '1', '--json'];
    expect((await runCli(words, options(folder, library))).exitCode).toBe(6);
    library.state.onPut = () => {};
    writeFileSync(join(folder, 'many', '2.txt'), 'something longer');
    rmSync(join(folder, 'many', '3.txt'));
    const { exitCode, lines } = await runCli(words, options(folder, library));
    expect(exitCode).toBe(0);
    expect(lines.filter(({ outcome }) => outcome === 'sent').map(({ assetId }) => assetId)).toEqual([
      '1',
      '2',
    ]);
    expect(library.jobs.size).toBe(2);
  });

  it('ends with 130 on Ctrl-C, and continues later', async () => {
    const library = fakeLibrary();
    const folder = folderWith({ 'many/1.txt': 'one', 'many/2.txt': 'two' });
    const interrupt = new AbortController();
    library.state.onPut = () => {
      if (library.stored.length === 1) interrupt.abort(new DOMException('Interrupted.', 'AbortError'));
      interrupt.signal.throwIfAborted();
    };
    const words = ['upload', 'many', '--parallel', '1'];
    expect((await runCli(words, options(folder, library, { signal: interrupt.signal }))).exitCode).toBe(130);
    library.state.onPut = () => {};
    expect((await runCli(words, options(folder, library))).exitCode).toBe(0);
    expect(library.stored).toHaveLength(2);
  });
});

describe('pressroom sync', () => {
  const assets = () => ({
    a: { folder: '/site/', fileName: 'a.png', bytes: 1, sha256: sha256('a') },
    b: { folder: '/site/', fileName: 'b.png', bytes: 2, sha256: sha256('old') },
    gone: { folder: '/site/inner/', fileName: 'gone.png', bytes: 4, sha256: sha256('gone') },
    views: { folder: '/site/', fileName: 'views', bytes: 4, sha256: '', isSet: true as const },
    elsewhere: { folder: '/other/', fileName: 'elsewhere.png', bytes: 4, sha256: sha256('else') },
  });

  it('says with --dry-run what it would do, and changes nothing', async () => {
    const library = fakeLibrary(assets());
    const { exitCode, lines } = await runCli(
      ['sync', '.', '/site', '--dry-run', '--delete', '--json'],
      options(folderWith(), library),
    );
    expect(exitCode).toBe(0);
    expect(lines.map(({ action, folder, name }) => `${action} ${folder}${name}`)).toEqual([
      'unchanged /site/a.png',
      'replace /site/b.png',
      'upload /site/inner/c.png',
      'trash /site/inner/gone.png',
      'undefined undefinedundefined',
    ]);
    expect(lines.at(-1)).toEqual({
      kind: 'summary',
      dryRun: true,
      upload: 1,
      replace: 1,
      trash: 1,
      unchanged: 1,
      bytes: 5,
    });
    expect([library.jobs.size, library.trashed]).toEqual([0, []]);
  });

  it('uploads what differs, trashes what has no file, and publishes what was unchanged', async () => {
    const library = fakeLibrary(assets());
    const words = ['sync', '.', '/site', '--delete', '--yes', '--publish', '--json'];
    const { exitCode } = await runCli(words, options(folderWith(), library));
    expect(exitCode).toBe(0);
    expect(library.trashed).toEqual(['gone']);
    expect(library.published).toEqual(['a']);
    expect([...library.jobs.values()].flat().map(({ name }) => name)).toEqual(['b.png', 'c.png']);
  });

  it('deletes nothing without --delete, and nothing without a confirmation', async () => {
    const library = fakeLibrary(assets());
    expect((await runCli(['sync', '.', '/site'], options(folderWith(), library))).exitCode).toBe(0);
    expect(library.trashed).toEqual([]);
    const other = fakeLibrary(assets());
    const refused = await runCli(['sync', '.', '/site', '--delete'], options(folderWith(), other));
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('Add --yes.');
    // Nothing was uploaded either.
    expect([other.jobs.size, other.trashed]).toEqual([0, []]);
    const declined = await runCli(
      ['sync', '.', '/site', '--delete'],
      options(folderWith(), other, { isTerminal: true, replies: ['n'] }),
    );
    expect(declined.exitCode).toBe(2);
    expect(declined.stderr).toContain('Put 1 assets of /site/ into the trash? [y/N]');
    expect(other.trashed).toEqual([]);
  });
});
