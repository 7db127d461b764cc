import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();
const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);

describe('the start page', () => {
  it('says what would be there, in a company without jobs', async () => {
    await app.look('start-empty', 'viewer', '', (page) =>
      page.getByText('Nothing needs attention').waitFor(),
    );
  });

  it('offers another attempt where the server fails', async () => {
    const page = await app.open('viewer');
    await page.getByText('Nothing needs attention').waitFor();
    app.expectProblems(/500/);
    await page.route('**/overview', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.reload();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/overview');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing needs attention').waitFor();
    expect(await page.getByText('It broke').count()).toBe(0);
  });

  it('shows what needs attention, what was published, and the library in numbers', async () => {
    const png = new Blob(['not a picture'], { type: 'image/png' });
    await app.company.upload([{ name: 'autumn.svg', type: 'image/svg+xml', content: svg }], {
      name: 'Autumn',
    });
    await app.company.upload([{ name: 'broken.png', type: 'image/png', content: png }], { name: 'Broken' });
    await app.look('start', 'admin', '', async (page) => {
      await page.getByRole('link', { name: 'Broken' }).waitFor();
      await page.getByRole('link', { name: 'SVG' }).waitFor();
    });
  });
});
