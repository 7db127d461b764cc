import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

async function picture(name: string, background: string) {
  const bytes = await sharp({ create: { width: 640, height: 400, channels: 3, background } })
    .composite([
      {
        input: Buffer.from(
          '<svg width="640" height="400"><circle cx="500" cy="120" r="70" fill="white"/></svg>',
        ),
      },
    ])
    .jpeg()
    .toBuffer();
  const type = 'image/jpeg';
  return { name, type, content: new Blob([Uint8Array.from(bytes)], { type }) };
}

beforeAll(async () => {
  await app.company.upload([await picture('shoe.jpg', '#a03020')], { overwrite: true });
  await app.company.upload([await picture('shoe.jpg', '#205080')], { overwrite: true });
});

describe('the page of an asset', () => {
  it('shows picture, state and facts', async () => {
    await app.look('asset', 'user', '/assets/shoe', (page) =>
      page.getByRole('img', { name: 'Preview of shoe' }).waitFor(),
    );
    const page = await app.open('user', '/assets/shoe');
    await page.getByText('Last published').waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByText(/^\d+ percent$/).waitFor({ state: 'attached' });
  });

  it('says which asset does not exist', async () => {
    app.expectProblems(/404/);
    const page = await app.open('user', '/assets/no-such-shoe');
    await page
      .getByText(/no-such-shoe/)
      .nth(1)
      .waitFor();
  });

  it('shows a viewer everything and lets them change nothing', async () => {
    const page = await app.open('viewer', '/assets/shoe');
    await page.getByRole('img', { name: 'Preview of shoe' }).waitFor();
    expect(await page.getByRole('button', { name: 'Unpublish' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  });

  it('saves metadata, and shows both versions if somebody else was faster', async () => {
    const page = await app.open('user', '/assets/shoe');
    await page.getByLabel('Title').fill('Blue shoe');
    await app.company.as('user').call('editMetadata', {
      params: { id: 'shoe' },
      body: { title: 'Shoe of another' },
    });
    app.expectProblems(/412/);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Shoe of another').waitFor();
    await dialog.getByRole('button', { name: 'Save my version' }).click();
    await page.getByText('Metadata saved').waitFor();
    await page.getByRole('heading', { name: 'Blue shoe' }).waitFor();
  });

  it('moves the focal point by keyboard and keeps it', async () => {
    await app.look('asset-focus', 'user', '/assets/shoe?tab=focus', (page) =>
      page.getByRole('img', { name: 'Crop 1:1' }).waitFor(),
    );
    const page = await app.open('user', '/assets/shoe?tab=focus');
    await page.getByRole('button', { name: 'No focal point' }).click();
    await page.getByRole('button', { name: /^Focal point\./ }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.getByText('60 % from the left, 49 % from the top').waitFor();
    await page.getByRole('button', { name: 'Save focal point' }).click();
    await page.getByText('Focal point saved').waitFor();
    await page.reload();
    await page.getByText('60 % from the left, 49 % from the top').waitFor();
  });

  it('lists every URL with a button that copies it', async () => {
    await app.look('asset-urls', 'user', '/assets/shoe?tab=urls', (page) =>
      page.getByText('<picture>').first().waitFor(),
    );
  });

  it('compares versions and restores one', async () => {
    await app.look('asset-versions', 'user', '/assets/shoe?tab=versions', (page) =>
      page.getByRole('button', { name: 'Compare with the current one: version 1' }).waitFor(),
    );
    const page = await app.open('user', '/assets/shoe?tab=versions');
    await page.getByRole('button', { name: 'Compare with the current one: version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Difference' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /close/i }).click();
    await page.getByRole('button', { name: 'Restore and publish: version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore and publish' }).click();
    await page.getByText('Version 1 is restored and live').waitFor();
    await page.getByText('Version 1 again').waitFor();
  });

  it('shows when and where it was published', async () => {
    await app.look('asset-history', 'viewer', '/assets/shoe?tab=history', (page) =>
      page
        .getByRole('row', { name: /Published/ })
        .first()
        .waitFor(),
    );
  });
});
