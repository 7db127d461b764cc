import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

beforeAll(async () => {
  const names = ['bag', 'coat', 'hat', 'scarf'];
  const files = await Promise.all(
    names.map(async (name, index) => ({ name: `${name}.jpg`, content: await samplePicture(index) })),
  );
  await app.company.upload(files, { publishAfterUploading: false });
});

const cell = (page: Page, id: string) => page.getByRole('gridcell', { name: new RegExp(`\\b${id} `) });

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

it('S1: the delivery URL of a published asset is copied, and works', async () => {
  const page = await app.open('user', '/library');
  await cell(page, 'bag').click();
  await choose(page, 'Publish');
  await page.getByText('bag is published', { exact: true }).waitFor();
  await choose(page, 'Copy URL');
  await page.getByText('The URL is copied').waitFor();
  const search = page.getByRole('combobox', { name: 'Find assets' });
  await search.click();
  await page.keyboard.press('ControlOrMeta+V');
  const url = await search.inputValue();
  expect(url).toMatch(new RegExp(`/is/image/${app.company.name}/bag$`));
  expect((await app.visit(url)).status).toBe(200);
});

it('S3: an asset is either published or unpublished', async () => {
  const page = await app.open('viewer', '/library');
  await page.getByRole('combobox', { name: 'Find assets' }).fill('hat');
  await page.keyboard.press('Enter');
  await cell(page, 'hat').getByRole('img', { name: 'Unpublished' }).waitFor();
});

it('S22: the icon toggles an asset in grid and list, and File > Publish and Unpublish a selection', async () => {
  const page = await app.open('user', '/library?view=grid');
  await page.getByRole('button', { name: 'coat is unpublished. Publish it' }).click();
  await page.getByText('coat is published', { exact: true }).waitFor();
  await page
    .getByRole('radio', { name: 'List' })
    .or(page.getByRole('button', { name: 'List' }))
    .click();
  await page.getByRole('button', { name: 'coat is published. Unpublish it' }).click();
  await page.getByText('coat is unpublished', { exact: true }).waitFor();
  await page.getByRole('row', { name: /\bhat / }).click();
  await page.getByRole('row', { name: /\bscarf / }).click({ modifiers: ['ControlOrMeta'] });
  await choose(page, 'Publish');
  await page.getByText('2 assets published').waitFor();
  await page.getByRole('button', { name: 'scarf is published. Unpublish it' }).waitFor();
  await choose(page, 'Unpublish');
  await page.getByText('2 assets unpublished').waitFor();
  await page.getByRole('button', { name: 'scarf is unpublished. Publish it' }).waitFor();
});

it('S26: File > Invalidate CDN is for admins, and only where something selected is published', async () => {
  const admin = await app.open('admin', '/library?view=grid');
  await cell(admin, 'bag').click();
  await choose(admin, 'Invalidate CDN');
  await admin.getByText('The CDN is being invalidated for bag').waitFor();
  await cell(admin, 'scarf').click();
  await admin.getByRole('button', { name: 'File', exact: true }).click();
  await admin.getByRole('menuitem', { name: 'Publish', exact: true }).waitFor();
  expect(await admin.getByRole('menuitem', { name: 'Invalidate CDN' }).count()).toBe(0);
  const user = await app.open('user', '/library?view=grid');
  await cell(user, 'bag').click();
  await user.getByRole('button', { name: 'File', exact: true }).click();
  await user.getByRole('menuitem', { name: 'Unpublish', exact: true }).waitFor();
  expect(await user.getByRole('menuitem', { name: 'Invalidate CDN' }).count()).toBe(0);
});
