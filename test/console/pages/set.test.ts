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
  await app.company.upload(await Promise.all(['front', 'side', 'back'].map(image)));
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
    await app.look('set', 'user', '/sets/shoe-views', (look) => look.getByLabel('Label of side').waitFor());
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
