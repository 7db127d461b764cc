import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makeFilm } from '../../../samples/make-samples.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const picture = async (name: string, background: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .png()
    .toBuffer(),
});

type File = Awaited<ReturnType<typeof picture>>;

async function choose(page: Page, ...files: File[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles(files);
}

it('S4: uploads are published by default', async () => {
  const page = await app.open('user');
  await page.getByRole('link', { name: 'Upload' }).click();
  await choose(page, await picture('harbour.png', '#036'), await picture('beach.png', '#fc6'));
  await page.getByRole('button', { name: 'Upload 2 files' }).click();
  await page.getByText('All files are sent').waitFor();
  await page.getByText('Succeeded').waitFor();
  await page.getByText('Created; published').nth(1).waitFor();
});

it('S5: "Publish After Uploading" is ticked on the Upload page and in the Job Options dialog', async () => {
  const page = await app.open('user', '/upload');
  const onPage = page.getByRole('checkbox', { name: 'Publish After Uploading' });
  await onPage.waitFor();
  expect(await onPage.isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Job Options' }).click();
  const dialog = page.getByRole('dialog', { name: 'Job Options' });
  const inDialog = dialog.getByRole('checkbox', { name: 'Publish After Uploading' });
  expect(await inDialog.isChecked()).toBe(true);
  // They are the same option.
  await inDialog.click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await onPage.isChecked()).toBe(false);
  await choose(page, await picture('unpublished.png', '#999'));
  await page.getByRole('button', { name: 'Upload 1 file' }).click();
  await page.getByText('Created; not published yet').waitFor();
});

/** The URL of an asset, as somebody gets it who selects the asset and copies it. */
async function copyUrl(page: Page, id: string): Promise<string> {
  await page.getByRole('gridcell', { name: new RegExp(`\\b${id} `) }).click();
  await page.getByRole('button', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy URL', exact: true }).click();
  await page.getByText('The URL is copied').first().waitFor();
  const search = page.getByRole('combobox', { name: 'Find assets' });
  await search.click();
  await page.keyboard.press('ControlOrMeta+V');
  const url = await search.inputValue();
  // Its suggestions would cover the assets.
  await page.keyboard.press('Escape');
  return url;
}

it('S2: images and video are delivered over HTTP/2 at the URLs that the console shows', async () => {
  const page = await app.open('user', '/upload');
  const film = { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from(await makeFilm()) };
  await choose(page, await picture('still.png', '#506'), film);
  await page.getByRole('button', { name: 'Upload 2 files' }).click();
  await page.getByText('Created; published').nth(1).waitFor();
  for (const [id, contentType] of [
    ['still', 'image/jpeg'],
    ['film', 'video/mp4'],
  ] as const) {
    const library = await app.open('user', '/library');
    const url = await copyUrl(library, id);
    expect(url).toMatch(new RegExp(`/${app.company.name}/${id}$`));
    expect(await app.visit(url)).toMatchObject({ status: 200, protocol: 'h2', contentType });
  }
});

it('S25: new content is live at once, and republished content for up to ten hours later', async () => {
  const page = await app.open('user', '/upload');
  const upload = async (file: File, outcome: string | RegExp) => {
    await choose(page, file);
    await page.getByRole('button', { name: 'Upload 1 file' }).click();
    await page.getByText(outcome).first().waitFor();
  };
  await upload(await picture('poster.png', '#ff0000'), 'Created; published');
  const library = await app.open('admin', '/library');
  const url = await copyUrl(library, 'poster');
  const first = await app.visit(url);
  expect(await isRed(await first.body())).toBe(true);
  expect(first.secondsAtEdge).toBe(10 * 3_600);
  await upload(await picture('poster.png', '#0000ff'), /overwritten, now version 2; published/i);
  expect(await isRed(await (await app.visit(url)).body()), 'the edge delivers what it has').toBe(true);
  expect(await isRed(await (await app.visit(`${url}?wid=30`)).body()), 'what the edge has not is new').toBe(
    false,
  );
  await library.getByRole('button', { name: 'File', exact: true }).click();
  await library.getByRole('menuitem', { name: 'Invalidate CDN' }).click();
  await library.getByRole('link', { name: 'CDN' }).click();
  await library
    .getByRole('row', { name: /poster/ })
    .getByText('Completed')
    .waitFor({ timeout: 60_000 });
  expect(await isRed(await (await app.visit(url)).body())).toBe(false);
});

async function isRed(image: Buffer): Promise<boolean> {
  const { dominant } = await sharp(image).stats();
  return dominant.r > dominant.b;
}
