import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

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
});
