import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();
const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);

/** A month of use, with a quota that is nearly full, as the nightly count and the access logs leave it. */
async function countUsage(): Promise<void> {
  const { usage } = app.company.stores;
  const company = app.company.name;
  for (const before of Array.from({ length: 30 }, (_, index) => index)) {
    const at = new Date(Date.now() - before * 86_400_000).toISOString();
    const day = at.slice(0, 10);
    const bytes = (20 + ((before * 7) % 13)) * 3_000_000_000;
    await usage.countDelivered(
      `${company}-${day}`,
      [{ company, day, requests: Math.round(bytes / 100_000), bytes }],
      at,
    );
    if (before === 12) continue;
    const stored = {
      assets: 41_900 - before * 310,
      masterBytes: 2_400_000_000_000 - before * 21_000_000_000,
      publishedBytes: 1_000_000_000_000,
      counted: at,
    };
    await usage.recordStored(company, day, stored, { assets: 0, bytes: 0 });
  }
  await usage.changeQuota(company, { assets: 50_000, bytes: 2_500_000_000_000 });
}

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
    await countUsage();
    await app.look('start', 'admin', '', async (page) => {
      await page.getByRole('link', { name: 'Broken' }).waitFor();
      await page.getByRole('link', { name: 'SVG' }).waitFor();
      const stored = page.getByRole('region', { name: 'Stored' });
      await stored.getByText('2.4 TB of 2.5 TB').waitFor();
      await page.getByRole('region', { name: 'Assets and sets' }).getByText('41,900 of 50,000').waitFor();
      await page.getByRole('region', { name: 'Delivered to visitors' }).getByText('requests').waitFor();
    });
  });
});
