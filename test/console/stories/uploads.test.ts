import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const picture = async (name: string, background: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .png()
    .toBuffer(),
});

async function choose(page: Page, ...files: Awaited<ReturnType<typeof picture>>[]): Promise<void> {
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
