import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

async function publishedAsset(): Promise<void> {
  const file = { name: 'autumn.svg', type: 'image/svg+xml', content: svg };
  const { status } = await app.company.upload([file]);
  expect(status).toBe('succeeded');
}

const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);

describe('the CDN page', () => {
  it('says when invalidating is needed, in a company that never did', async () => {
    await app.look('cdn-empty', 'admin', '/cdn', (page) =>
      page.getByText('Nothing was invalidated in the last 13 months').waitFor(),
    );
  });

  it('offers another attempt where the server fails', async () => {
    const page = await app.open('admin');
    await page.getByText('Nothing needs attention').waitFor();
    app.expectProblems(/500/);
    await page.route('**/cdn-invalidations?*', (route) =>
      route.fulfill({ status: 500, json: { detail: 'It broke' } }),
    );
    await page.getByRole('link', { name: 'CDN' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/cdn-invalidations?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing was invalidated in the last 13 months').waitFor();
  });

  it.each(['viewer', 'user'] as const)('is not there for a %s', async (role) => {
    const page = await app.open(role, '/cdn');
    await page.getByText('There is no page at this address').waitFor();
    expect(await page.getByRole('link', { name: 'CDN' }).count()).toBe(0);
  });

  it('keeps what was typed, with the words of the API, if an asset does not exist', async () => {
    const page = await app.open('admin', '/cdn');
    await page.getByRole('button', { name: 'Invalidate CDN' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Invalidate', exact: true }).click();
    await dialog.getByText('Enter at least one line.').waitFor();
    app.expectProblems(/404/);
    await dialog.getByRole('textbox').fill('no-such-asset');
    await dialog.getByRole('button', { name: 'Invalidate', exact: true }).click();
    await dialog
      .getByText(/no-such-asset/)
      .nth(1)
      .waitFor();
    expect(await dialog.getByRole('textbox').inputValue()).toBe('no-such-asset');
  });

  it('lists an invalidation until it is completed, with what the month has used', async () => {
    await publishedAsset();
    const page = await app.open('admin', '/cdn');
    await page.getByRole('button', { name: 'Invalidate CDN' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('autumn\n\n autumn ');
    await dialog.getByRole('button', { name: 'Invalidate', exact: true }).click();
    await page.getByText('Invalidation submitted: 1 cache tag').waitFor();
    const row = page.getByRole('row', { name: /autumn/ });
    await row.getByText('Completed').waitFor({ timeout: 60_000 });
    await app.look('cdn', 'admin', '/cdn', (look) => look.getByRole('row', { name: /autumn/ }).waitFor());
  });
});
