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

  it('sets from when until when it is live, in both zones, and removes it again', async () => {
    const page = await app.open('user', '/assets/shoe?tab=dates');
    await page.getByText('No dates: it is live from when to when you publish it').waitFor();
    const until = page.getByRole('group', { name: 'Live until' });
    await until.getByRole('textbox', { name: 'Live until' }).fill('2031/03/30');
    await until.getByLabel('Time', { exact: true }).fill('14:10');
    await until.getByText('Mar 30, 2031, 2:10 PM in UTC').waitFor();
    const from = page.getByRole('group', { name: 'Live from' });
    await from.getByRole('textbox', { name: 'Live from' }).fill('2031/03/31');
    await page.getByText('The end must be after the beginning.').waitFor();
    expect(await page.getByRole('button', { name: 'Save dates' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove the date: Live from' }).click();
    await page.getByRole('button', { name: /^Time zone/ }).click();
    await page.getByRole('option', { name: 'Asia/Tokyo', exact: true }).click();
    expect(await until.getByLabel('Time', { exact: true }).inputValue()).toBe('23:10');
    await page.getByRole('button', { name: 'Save dates' }).click();
    await page.getByText('Dates saved').waitFor();
    const read = () => app.company.as('user').call('readAsset', { params: { id: 'shoe' } });
    expect((await read()).liveUntil).toBe('2031-03-30T14:10:00.000Z');
    await app.look('asset-dates', 'user', '/assets/shoe?tab=dates', async (look) => {
      await look.getByText('Ends', { exact: false }).first().waitFor();
      await look.getByRole('button', { name: 'Save dates' }).scrollIntoViewIfNeeded();
    });
    await app.company.as('user').call('setDates', {
      params: { id: 'shoe' },
      body: { liveFrom: null, liveUntil: '2032-01-01T00:00Z' },
    });
    app.expectProblems(/412/);
    await page.getByRole('button', { name: 'Remove the date: Live until' }).click();
    await page.getByRole('button', { name: 'Save dates' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/Jan 1, 2032/)
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Save my version' }).click();
    await page.getByText('No dates: it is live from when to when you publish it').waitFor();
    expect((await read()).liveUntil).toBeUndefined();
  });

  it('sets modifiers, and says which are wrong', async () => {
    const page = await app.open('user', '/assets/shoe?tab=urls');
    app.expectProblems(/400|409/);
    await page.getByLabel('Before the commands of an address').fill('wid=nothing');
    await page.getByRole('button', { name: 'Save modifiers' }).click();
    await page.getByText('The modifiers were not saved').waitFor();
    await page.getByLabel('Before the commands of an address').fill('wid=300');
    await page.getByRole('button', { name: 'Save modifiers' }).click();
    await page.getByText('Modifiers saved').waitFor();
    const { modifier } = await app.company.as('viewer').call('readAsset', { params: { id: 'shoe' } });
    expect(modifier).toBe('wid=300');
    await app.look('asset-modifiers', 'user', '/assets/shoe?tab=urls', async (look) => {
      await look.getByText('wid=300').first().waitFor();
      await look.getByRole('button', { name: 'Save modifiers' }).scrollIntoViewIfNeeded();
    });
  });
});
