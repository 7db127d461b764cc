import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

async function image(name: string) {
  const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const type = 'image/png';
  return { name: `${name}.png`, type, content: new Blob([Uint8Array.from(bytes)], { type }) };
}

beforeAll(async () => {
  const files = await Promise.all(['front', 'back', 'shoe'].map(image));
  await app.company.upload(files, { publishAfterUploading: false });
});

describe('assets, sets and derived images', () => {
  it('S6, S21, S23: a set is published by hand with its members, and unpublished alone', async () => {
    const page = await app.open('user', '/library');
    await page.getByRole('checkbox', { name: 'Select front' }).check();
    await page.getByRole('checkbox', { name: 'Select back' }).check();
    await page.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'New set' }).click();
    await page.getByLabel('Id', { exact: true }).fill('shoe-views');
    await page.getByLabel('Publish after save').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'shoe-views' }).waitFor();
    await page.getByText('Never published').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('button', { name: 'Unpublish', exact: true }).waitFor();
    await page.getByText('Last published').waitFor();
    const other = await app.open('user', '/assets/front');
    await other.getByText('Last published').waitFor();
    await page.getByRole('button', { name: 'Unpublish', exact: true }).click();
    await page.getByRole('button', { name: 'Publish', exact: true }).waitFor();
    await other.reload();
    await other.getByRole('button', { name: 'Unpublish', exact: true }).waitFor();
  });

  it('S7: a derived image goes live with its parent', async () => {
    const page = await app.open('user', '/assets/shoe/derive');
    await page.getByLabel('Size: Width').fill('30');
    await page.getByLabel('Id of the derived image').fill('shoe-small');
    await page.getByLabel('Publish at once').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'shoe-small' }).waitFor();
    await page.getByText('Never published').waitFor();
    const parent = await app.open('user', '/assets/shoe?tab=derivatives');
    await parent.getByRole('link', { name: 'shoe-small' }).waitFor();
    await parent.getByRole('button', { name: 'Publish', exact: true }).click();
    await parent.getByRole('button', { name: 'Unpublish', exact: true }).waitFor();
    await page.reload();
    await page.getByText('Last published').waitFor();
  });

  it('S24: the date of the last publish is on top, with when and to which servers below', async () => {
    const page = await app.open('viewer', '/assets/shoe');
    await page.getByText('Last published').waitFor();
    await page.getByRole('tab', { name: 'History & Published Servers' }).click();
    const row = page.getByRole('row', { name: /Published/ }).first();
    await row.getByText('Image server').waitFor();
    expect(await row.getByText('By hand').count()).toBe(1);
  });
});
