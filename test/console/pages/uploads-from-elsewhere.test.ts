import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

/** The bucket that the local cloud allows to all companies. */
const bucket = 'pressroom-source';

beforeAll(async () => {
  const { region, credentials, s3: endpoint } = inject('console');
  const s3 = new S3Client({ region, credentials, endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const [index, key] of ['web/shoe.jpg', 'web/autumn/boot.jpg', 'other/hat.jpg'].entries()) {
    const Body = Buffer.from(await (await samplePicture(index)).arrayBuffer());
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
  s3.destroy();
});

const fillBucket = async (page: Page) => {
  await page.getByLabel('Bucket', { exact: true }).fill(bucket);
  await page.getByLabel('Prefix', { exact: true }).fill('web/');
};

describe('an upload from elsewhere', () => {
  it('asks for its source, and says at once what is missing', async () => {
    await app.look('upload-elsewhere', 'user', '/upload?from=elsewhere&folder=/shop/', async (page) => {
      await fillBucket(page);
      await page.getByRole('checkbox', { name: 'Include subfolders' }).check();
    });
    const page = await app.open('user', '/upload?from=elsewhere');
    await page.getByRole('button', { name: 'Start upload' }).click();
    await page.getByText('Enter the name of a bucket.').waitFor();
    await page.getByText('Web addresses', { exact: true }).click();
    await page.getByText('Enter at least one address.').waitFor();
    const lines = page.getByLabel('Addresses', { exact: true });
    await lines.fill('https://files.example.com/hat.png\nhat.png');
    await page.getByText('Line 2: "hat.png" is not an address such as https://…').waitFor();
    await lines.fill('https://files.example.com/');
    await page.getByText('Line 1: the address has no file name at its end').waitFor();
    await lines.fill('https://files.example.com/get?id=7 hats/hat.png');
    await page.getByText('Line 1: "hats/hat.png" must be a file name').waitFor();
  });

  it('fetches from a bucket, and its job says from where', async () => {
    const page = await app.open('user', '/upload?from=elsewhere&folder=/shop/');
    await fillBucket(page);
    await page.getByRole('checkbox', { name: 'Include subfolders' }).check();
    await page.getByRole('button', { name: 'Start upload' }).click();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('s3://pressroom-source/web/ and its subfolders').waitFor();
    await page.getByRole('link', { name: 'boot', exact: true }).waitFor();
    const read = (id: string) => app.company.as('viewer').call('readAsset', { params: { id } });
    expect((await read('shoe')).folder).toBe('/shop/');
    expect((await read('boot')).folder).toBe('/shop/autumn/');
  });

  it('shows what the API refuses, and keeps what was typed', async () => {
    const page = await app.open('user', '/upload?from=elsewhere');
    app.expectProblems(/400/);
    await page.getByLabel('Bucket', { exact: true }).fill('foreign-bucket');
    await page.getByRole('button', { name: 'Start upload' }).click();
    await page
      .getByText(/The upload was not started: .*must be a bucket and prefix that the installation allows/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'This computer' }).click();
    await page.getByRole('tab', { name: 'Elsewhere' }).click();
    expect(await page.getByLabel('Bucket', { exact: true }).inputValue()).toBe('foreign-bucket');
  });

  it('is scheduled with what follows it, and edited without losing an address', async () => {
    const page = await app.open('user', '/upload?from=elsewhere&when=recurring');
    await page.getByText('Web addresses', { exact: true }).click();
    await page
      .getByLabel('Addresses', { exact: true })
      .fill('https://files.example.com/get?token=secret /hats/hat.png');
    await page.getByRole('textbox', { name: 'Job name' }).fill('Supplier');
    expect(await page.getByRole('checkbox', { name: 'Only what has changed' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: /^When it has ended/ }).click();
    await page.getByLabel('Full publish', { exact: true }).check();
    await page.getByRole('button', { name: 'Schedule upload' }).click();
    await page.getByRole('row', { name: /Supplier/ }).waitFor();
    await page.getByRole('link', { name: 'Supplier', exact: true }).click();
    const lines = page.getByLabel('Addresses', { exact: true });
    expect(await lines.inputValue()).toBe('https://files.example.com/get?… /hats/hat.png');
    await lines.fill('https://files.example.com/get?… /hats/cap.png\nhttps://files.example.com/bag.png');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved: Supplier').waitFor();
    const { items } = await app.company.as('user').call('listSchedules', { query: { kind: 'upload' } });
    expect(items[0]?.upload).toMatchObject({
      from: {
        urls: [
          { url: 'https://files.example.com/get?…', name: 'cap.png', folder: '/hats/' },
          { url: 'https://files.example.com/bag.png', name: 'bag.png' },
        ],
        changedOnly: true,
      },
      followWith: { publish: 'full', onlyIfFiles: true },
    });
  });
});

describe('the folder picker', () => {
  it('finds folders by a part of their name, and makes new ones', async () => {
    await app.company.as('user').call('createFolder', { body: { path: '/seasons/autumn/shoes/' } });
    const open = async (page: Page) => {
      await page.getByRole('button', { name: /^Folder: / }).click();
      await page.getByRole('dialog').getByLabel('Find a folder').waitFor();
    };
    await app.look('folder-picker', 'user', '/upload?folder=/seasons/autumn/', async (page) => {
      await open(page);
      await page.getByRole('dialog').getByRole('button', { name: 'autumn', exact: true }).waitFor();
    });
    const page = await app.open('user', '/upload');
    await open(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Find a folder').fill('sho');
    await dialog.getByRole('button', { name: '/seasons/autumn/shoes/', exact: true }).click();
    await dialog.getByLabel('New folder in /seasons/autumn/shoes/').fill('red');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Choose /seasons/autumn/shoes/red/' }).click();
    await page
      .getByRole('button', { name: 'Folder: /seasons/autumn/shoes/red/. Choose another folder' })
      .waitFor();
    expect(new URL(page.url()).searchParams.get('folder')).toBe('/seasons/autumn/shoes/red/');
  });

  it('says why the folders could not be read', async () => {
    const page = await app.open('user', '/upload');
    app.expectProblems(/500/);
    await page.route('**/folders?*', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.getByRole('button', { name: /^Folder: / }).click();
    await page.getByRole('dialog').getByText('It broke').waitFor();
  });
});
