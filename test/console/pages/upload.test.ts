import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { makeFilm } from '../../../samples/make-samples.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

async function picture(name: string, background = '#147'): Promise<TestFile> {
  const image = sharp({ create: { width: 60, height: 40, channels: 3, background } });
  return { name, mimeType: 'image/png', buffer: await image.png().toBuffer() };
}

const text = (name: string, content = name): TestFile => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
});

async function chooseBy(page: Page, button: string, files: readonly TestFile[] | string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(typeof files === 'string' ? files : [...files]);
}

const choose = (page: Page, ...files: readonly TestFile[]) => chooseBy(page, 'Choose files', files);

const submit = (page: Page) => page.getByRole('button', { name: /^Upload \d/ }).click();

/** The row of a file in a table. */
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

const isPut = (route: Route) => route.request().method() === 'PUT';

/** Holds the bytes of files with this content until it is released. */
async function hold(page: Page, content: string) {
  const gate = Promise.withResolvers<void>();
  await page.route(/X-Amz-Signature/, async (route) => {
    const body = route.request().postData() ?? '';
    if (isPut(route) && body.includes(content)) await gate.promise;
    // The page may have aborted the request meanwhile.
    await route.continue().catch(() => {});
  });
  return { release: () => gate.resolve() };
}

describe('the upload page', () => {
  it('says what to do, before anything is chosen', async () => {
    await app.look('upload-empty', 'user', '/upload', (page) =>
      page.getByText('No upload is running').waitFor(),
    );
  });

  it('is not there for viewers, who cannot drop files either', async () => {
    const page = await app.open('viewer', '/upload');
    await page.getByText('There is no page at this address').waitFor();
    expect(await page.getByRole('link', { name: 'Upload', exact: true }).count()).toBe(0);
  });

  it('shows problems of chosen files before they are sent', async () => {
    await app.look('upload-chosen', 'user', '/upload?folder=/autumn/', async (page) => {
      await choose(
        page,
        await picture('red-shoe.png'),
        text('red-shoe.txt'),
        text('empty.txt', ''),
        text('.DS_Store'),
        await picture('a-very-long-file-name-that-somebody-has-chosen-for-a-picture-of-a-shoe.png'),
      );
      await page.getByText('Would be the same asset as red-shoe.png').waitFor();
      await page.getByText('1 hidden file was left out').waitFor();
      expect(await page.getByRole('button', { name: 'Upload 4 files' }).isDisabled()).toBe(true);
    });
  });

  it('removes duplicates and single files', async () => {
    const page = await app.open('user', '/upload');
    await choose(page, text('a.txt'), text('a.csv'), text('b.txt'));
    await page.getByRole('button', { name: 'Remove 1 file' }).click();
    await page.getByRole('button', { name: 'Remove b.txt' }).click();
    await page.getByRole('button', { name: 'Upload 1 file' }).waitFor();
    await page.getByRole('button', { name: 'Remove all' }).click();
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isDisabled()).toBe(true);
  });

  it('keeps the folders of a folder that is chosen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pressroom-upload-'));
    try {
      const { mkdir, writeFile } = await import('node:fs/promises');
      await mkdir(join(folder, 'deep'));
      await writeFile(join(folder, 'top.txt'), 'top');
      await writeFile(join(folder, 'deep', 'bottom.txt'), 'bottom');
      const page = await app.open('user', '/upload?folder=/kept/');
      await chooseBy(page, 'Choose a folder', folder);
      await page.getByRole('checkbox', { name: 'Keep the folders' }).waitFor();
      await submit(page);
      await vi.waitFor(
        async () => expect(await page.getByText('Created; published').count()).toBe(2),
        30_000,
      );
      const name = folder.split('/').at(-1);
      const folderOf = async (id: string) =>
        (await app.company.as('viewer').call('readAsset', { params: { id } })).folder;
      expect(await folderOf('top')).toBe(`/kept/${name}/`);
      expect(await folderOf('bottom')).toBe(`/kept/${name}/deep/`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has the rarer options in a dialog, with the presets that build sets', async () => {
    const preset = { setType: 'spin-set', members: '{base}-{view}', setId: '{base}-spin' } as const;
    await app.company.as('admin').call('putBatchSetPreset', { params: { name: 'All around' }, body: preset });
    await app.look('upload-options', 'user', '/upload', async (page) => {
      await page.getByRole('button', { name: 'Job Options' }).click();
      const dialog = page.getByRole('dialog', { name: 'Job Options' });
      await dialog.getByText('All around').waitFor();
      await dialog.getByRole('radio', { name: 'Keep it', exact: true }).waitFor();
    });
    const page = await app.open('user', '/upload');
    await page.getByRole('button', { name: 'Job Options' }).click();
    await page.getByRole('textbox', { name: 'Job name' }).last().fill('Turntable');
    await page.getByRole('button', { name: 'Done' }).click();
    await choose(page, await picture('turn-1.png'), await picture('turn-2.png', '#714'));
    await submit(page);
    await page.getByRole('heading', { name: 'Turntable' }).waitFor();
    await row(page, 'turn-2.png').getByText('Created; published').waitFor();
    const set = await app.company.as('viewer').call('readSet', { params: { id: 'turn-spin' } });
    expect(set.members.map(({ id }) => id)).toEqual(['turn-1', 'turn-2']);
  });

  it('shows what became of each file, in words', async () => {
    const shown = async (page: Page) => {
      await choose(page, await picture('lake.png'), text('broken.png'), {
        ...text('setup.exe'),
        mimeType: 'application/x-msdownload',
      });
      await submit(page);
      await row(page, 'setup.exe')
        .getByText(/accepted/)
        .waitFor();
      await row(page, 'broken.png')
        .getByText(/image|png/i)
        .first()
        .waitFor();
      await row(page, 'lake.png')
        .getByText(/published/)
        .waitFor();
      await page.getByText('2 of 3 files were sent').waitFor();
      await row(page, 'lake.png').scrollIntoViewIfNeeded();
    };
    await app.look('upload-done', 'user', '/upload', shown);
  });

  it('offers another attempt if the API fails', async () => {
    const page = await app.open('user', '/upload');
    app.expectProblems(/500/);
    await page.route('**/uploads', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await choose(page, text('again.txt'));
    await submit(page);
    await page.getByText('It broke').waitFor();
    await page.unroute('**/uploads');
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 'again.txt').getByText('Created; published').waitFor();
  });

  it('says so if the role was taken away meanwhile', async () => {
    const page = await app.open('user', '/upload');
    app.expectProblems(/403/);
    const problem = { status: 403, code: 'access.role-too-low', detail: 'You need the role user' };
    await page.route('**/uploads', (route) => route.fulfill({ status: 403, json: problem }));
    await choose(page, text('refused.txt'));
    await submit(page);
    await page.getByText('You need the role user').waitFor();
  });
});

describe('a running upload', () => {
  it('can be paused, resumed and cancelled file by file', async () => {
    const page = await app.open('user', '/upload');
    const held = await hold(page, 'slow');
    await choose(
      page,
      text('p-one.txt', 'slow one'),
      text('p-two.txt', 'slow two'),
      text('p-three.txt', 'fast'),
    );
    await submit(page);
    await page.getByRole('button', { name: 'Pause p-one.txt' }).click();
    await row(page, 'p-one.txt').getByText('Paused').waitFor();
    await page.getByRole('button', { name: 'Cancel p-two.txt' }).click();
    await row(page, 'p-two.txt').getByText('Cancelled').waitFor();
    held.release();
    await page.getByRole('button', { name: 'Resume p-one.txt' }).click();
    await row(page, 'p-one.txt').getByText('Created; published').waitFor();
    await row(page, 'p-two.txt').getByText('Was cancelled before it arrived').waitFor();
    await row(page, 'p-three.txt').getByText('Created; published').waitFor();
  });

  it('is cancelled as a whole after a question with the exact count', async () => {
    const page = await app.open('user', '/upload');
    const held = await hold(page, 'slow');
    await choose(page, text('c-one.txt', 'slow one'), text('c-two.txt', 'slow two'));
    await submit(page);
    await page.getByRole('button', { name: 'Cancel upload' }).click();
    await page
      .getByRole('dialog', { name: 'Cancel 2 files?' })
      .getByRole('button', { name: 'Cancel 2 files' })
      .click();
    await page.getByText('Stopped', { exact: true }).first().waitFor();
    held.release();
  });

  it('goes on while other pages are open, and is shown there', async () => {
    const page = await app.open('user', '/upload');
    const held = await hold(page, 'slow');
    await choose(page, text('tray-one.txt', 'slow'), text('tray-two.txt', 'fast'));
    await submit(page);
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    const tray = page.getByRole('region', { name: 'Uploads of this browser' });
    await tray.getByText('Uploading 1 of 2 files').waitFor();
    await page.getByRole('heading', { name: 'Start', exact: true }).waitFor();
    await app.expectAccessible(page);
    held.release();
    await tray.getByText('2 files sent').waitFor();
    await tray.getByRole('link', { name: 'Open uploads' }).click();
    await row(page, 'tray-one.txt').getByText('Created; published').waitFor();
  });

  it('goes on after a reload, without sending again what has arrived', async () => {
    const page = await app.open('user', '/upload');
    const held = await hold(page, 'slow');
    const files = [text('r-one.txt', 'fast'), text('r-two.txt', 'slow')];
    await choose(page, ...files);
    await submit(page);
    await row(page, 'r-one.txt').getByText('Sent').waitFor();
    await page.reload();
    await page.getByText('Interrupted: choose the files again to go on').waitFor();
    await row(page, 'r-two.txt').getByText('Choose this file again').waitFor();
    held.release();
    const again: (string | null)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') again.push(request.postData());
    });
    await chooseBy(page, 'Choose files to go on', [...files, text('stranger.txt')]);
    await page.getByText('1 file is not part of this upload').waitFor();
    await row(page, 'r-two.txt').getByText('Created; published').waitFor();
    expect(again).toEqual(['slow']);
  });

  it('waits for a lost connection, and goes on by itself', async () => {
    const page = await app.open('user', '/upload');
    app.expectProblems(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    await page.route(/X-Amz-Signature/, (route) => (isPut(route) ? route.abort('failed') : route.continue()));
    await choose(page, text('offline.txt'));
    await submit(page);
    await page
      .getByText('The connection is lost. The upload goes on when it is back.')
      .waitFor({ timeout: 30_000 });
    await page.unroute(/X-Amz-Signature/);
    await row(page, 'offline.txt').getByText('Created; published').waitFor();
  });

  it('gives a video the picture that the browser makes of it', async () => {
    const page = await app.open('user', '/upload');
    const film = await makeFilm();
    const poster = page.waitForRequest((request) => request.url().endsWith('/poster'), { timeout: 60_000 });
    await choose(page, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from(film) });
    await submit(page);
    const response = await (await poster).response();
    expect(response?.status()).toBe(200);
  });
});

describe('files that are dropped', () => {
  it('on any page are taken to the upload page, for the folder that is open', async () => {
    const page = await app.open('user', '?folder=/dropped/');
    await page.getByText('Needs attention', { exact: true }).waitFor();
    const files = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
      transfer.items.add(new File(['file;title\\ndropped.txt;Dropped\\n'], 'dropped.metadata.csv'));
      return transfer;
    })()`);
    const target = page.getByText('Needs attention', { exact: true });
    await target.dispatchEvent('dragenter', { dataTransfer: files });
    await page.getByText('Drop to upload to /dropped/').waitFor();
    await target.dispatchEvent('drop', { dataTransfer: files });
    await row(page, 'dropped.txt').waitFor();
    await submit(page);
    await row(page, 'dropped.txt').getByText('Created; published').waitFor();
    await row(page, 'dropped.metadata.csv')
      .getByText('Not added itself: metadata of 1 asset applied')
      .waitFor();
    const asset = await app.company.as('viewer').call('readAsset', { params: { id: 'dropped' } });
    expect(asset).toMatchObject({ folder: '/dropped/', title: 'Dropped' });
  });
});
