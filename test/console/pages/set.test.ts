import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

async function image(name: string, background = 'teal') {
  const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background } })
    .png()
    .toBuffer();
  const type = 'image/png';
  return { name: `${name}.png`, type, content: new Blob([Uint8Array.from(bytes)], { type }) };
}

beforeAll(async () => {
  await app.company.upload(await Promise.all(['front', 'side', 'back'].map((name) => image(name))));
  const colours = { red: 'rgb(200,0,0)', green: 'rgb(0,150,0)', blue: 'rgb(0,0,200)' };
  await app.company.upload(
    await Promise.all(Object.entries(colours).map(([name, colour]) => image(name, colour))),
  );
});

/** The colours of the test's images, as they are after lossy compression: the largest channels. */
function nameOfColour([red = 0, green = 0, blue = 0]: readonly number[]): string {
  if (red > 120 && green < 40 && blue < 40) return 'red';
  if (green > 120 && red < 40 && blue < 40) return 'green';
  if (blue > 120 && red < 40 && green < 40) return 'blue';
  return green > 90 && blue > 90 && red < 40 ? 'teal' : 'none';
}

/** Waits until the preview shows a colour in its middle. Pictures of a busy machine take seconds. */
async function expectPreview(page: Page, colour: string): Promise<void> {
  const shown = async () => {
    const box = await page.locator('.set-preview .stage').boundingBox();
    const clip = {
      x: Number(box?.x) + Number(box?.width) / 2,
      y: Number(box?.y) + Number(box?.height) / 2,
      width: 1,
      height: 1,
    };
    return nameOfColour([
      ...(await sharp(await page.screenshot({ clip }))
        .removeAlpha()
        .raw()
        .toBuffer()),
    ]);
  };
  await expect.poll(shown, { timeout: 30_000 }).toBe(colour);
}

describe('the preview of the set builder', () => {
  it('rotates a spin set that is not saved yet, by mouse and by keys', async () => {
    const page = await app.open('user', '/sets/new');
    await page.getByRole('button', { name: 'Type Image set' }).click();
    await page.getByRole('option', { name: 'Spin set' }).click();
    for (const id of ['red', 'green', 'blue']) await page.getByRole('button', { name: `Add ${id}` }).click();
    const slider = page.getByRole('slider', { name: 'Rotatable view' });
    await expectPreview(page, 'red');
    await slider.press('ArrowRight');
    await expectPreview(page, 'green');
    const box = await slider.boundingBox();
    await page.mouse.move(Number(box?.x) + Number(box?.width) * 0.9, Number(box?.y) + 40);
    await page.mouse.down();
    await page.mouse.move(Number(box?.x) + Number(box?.width) * 0.55, Number(box?.y) + 40, { steps: 4 });
    await page.mouse.up();
    await expectPreview(page, 'blue');
  });

  it('shows swatches, zooms, and turns the pages of an eCatalog', async () => {
    const page = await app.open('user', '/sets/new');
    for (const id of ['red', 'green', 'blue']) await page.getByRole('button', { name: `Add ${id}` }).click();
    await page.getByRole('radio', { name: 'green' }).click();
    await expectPreview(page, 'green');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByText(/^\d+ percent$/).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Type Image set' }).click();
    await page.getByRole('option', { name: 'eCatalog' }).click();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.locator('.pages').getByText('Pages 2 and 3 of 3').waitFor();
  });
});

describe('the set builder', () => {
  it('makes a set, in the order that its members are moved to by keyboard', async () => {
    const page = await app.open('user', '/sets/new');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Enter an id.').waitFor();
    await page.getByText('Add at least one asset.').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('shoe-views');
    for (const id of ['front', 'side', 'back']) await page.getByRole('button', { name: `Add ${id}` }).click();
    await page.getByRole('button', { name: 'Move back up' }).press('Enter');
    await page.getByLabel('Label of front').fill('Front');
    await page.getByRole('button', { name: 'Remove side' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'shoe-views' }).waitFor();
    const { members } = await app.company.as('viewer').call('readSet', { params: { id: 'shoe-views' } });
    expect(members.map(({ id, label }) => [id, label])).toEqual([
      ['front', 'Front'],
      ['back', undefined],
      ['side', undefined],
    ]);
    await app.look('set', 'user', '/sets/shoe-views', (look) => expectPreview(look, 'teal'));
  });

  it('shows both versions if somebody else has changed the set', async () => {
    const page = await app.open('user', '/sets/shoe-views');
    await page.getByRole('button', { name: 'Remove back' }).click();
    await app.company.as('user').call('editSet', {
      params: { id: 'shoe-views' },
      body: { members: [{ id: 'side' }, { id: 'front' }] },
    });
    app.expectProblems(/412/);
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('side, front').waitFor();
    await dialog.getByRole('button', { name: 'Save my version' }).click();
    await page.getByRole('heading', { name: 'shoe-views' }).waitFor();
  });
});
