import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

beforeAll(async () => {
  const bytes = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#207050' } })
    .jpeg()
    .toBuffer();
  const type = 'image/jpeg';
  await app.company.upload([
    { name: 'shoe.jpg', type, content: new Blob([Uint8Array.from(bytes)], { type }) },
  ]);
});

describe('the editor of a derived image', () => {
  it('makes an image by drawing a rectangle, and edits it', async () => {
    await app.look('derive', 'user', '/assets/shoe/derive', (page) =>
      page.getByRole('img', { name: 'Result' }).waitFor(),
    );
    const page = await app.open('user', '/assets/shoe/derive');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Enter an id.').waitFor();
    const picture = page.getByRole('img', { name: 'Original' });
    await picture.hover();
    const box = await picture.boundingBox();
    if (!box) throw new Error('The picture is not there');
    await page.mouse.move(box.x + 1, box.y + 1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.up();
    await page.getByText(/^crop=\d,\d,(199|200|198),(99|100|98)$/).waitFor();
    await page.getByRole('button', { name: /^Flip/ }).click();
    await page.getByRole('option', { name: 'Left and right' }).click();
    await page.getByLabel('Id of the derived image').fill('shoe-teaser');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'shoe-teaser' }).waitFor();
    await page.getByRole('link', { name: 'Edit image commands' }).click();
    await page.getByLabel('More image commands').fill('op_blur=2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByText(/flip=lr&op_blur=2/)
      .first()
      .waitFor();
    expect(
      (await app.company.as('viewer').call('readAsset', { params: { id: 'shoe-teaser' } })).published,
    ).toBe(true);
  });
});
