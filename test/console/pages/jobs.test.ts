import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const svg = (fill: string) =>
  new Blob(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect fill="${fill}" width="40" height="40"/></svg>`,
    ],
    {
      type: 'image/svg+xml',
    },
  );

describe('the Jobs page', () => {
  it('says what would be there, in a company without jobs', async () => {
    await app.look('jobs-empty', 'viewer', '/jobs', (page) => page.getByText('No jobs yet').waitFor());
  });

  it('offers another attempt where the server fails', async () => {
    const page = await app.open('viewer');
    await page.getByText('Nothing needs attention').waitFor();
    app.expectProblems(/500/);
    await page.route('**/jobs?*', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/jobs?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No jobs yet').waitFor();
  });

  it('lists uploads and publish jobs with their counts, filters and sorts them', async () => {
    const autumn = await app.company.upload(
      [
        { name: 'leaf.svg', type: 'image/svg+xml', content: svg('red') },
        {
          name: 'broken.png',
          type: 'image/png',
          content: new Blob(['not a picture'], { type: 'image/png' }),
        },
      ],
      { name: 'Autumn files' },
    );
    const { id } = await app.company
      .as('user')
      .call('submitJob', { body: { name: 'Autumn', publish: 'full' } });
    await app.company.untilEnded(id);
    await app.look('jobs', 'user', '/jobs', (page) =>
      page
        .getByRole('row', { name: /Autumn files/ })
        .getByText('Completed with errors')
        .waitFor(),
    );
    const page = await app.open('user', '/jobs?type=publish');
    await page.getByRole('row', { name: /Autumn/ }).waitFor();
    expect(await page.getByRole('row', { name: /Autumn files/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Remove filters' }).click();
    await page.getByRole('row', { name: /Autumn files/ }).waitFor();
    expect(page.url()).not.toContain('type=');
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await page.waitForURL(/sort=name/);
    await app.look('job', 'user', `/jobs/${autumn.id}`, (look) =>
      look
        .getByRole('row', { name: /broken/ })
        .getByText('Error')
        .waitFor(),
    );
  });

  it('shows the log of a job by outcome, and links to a line of it', async () => {
    const page = await app.open('viewer', '/jobs');
    await page.getByRole('link', { name: 'Autumn files' }).click();
    await page.getByRole('row', { name: /leaf/ }).first().waitFor();
    await page.getByRole('button', { name: /^Outcome/ }).click();
    await page.getByRole('option', { name: 'Error' }).click();
    await page.waitForURL(/outcome=error/);
    await page.getByRole('row', { name: /leaf/ }).first().waitFor({ state: 'detached' });
    await page
      .getByRole('row', { name: /broken/ })
      .getByRole('button', { name: 'Copy a link' })
      .click();
    await page.getByText('The link to the line is in the clipboard').waitFor();
    // A viewer changes nothing.
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  });

  it('undoes a job after it has shown what that does', async () => {
    await app.company.upload([{ name: 'chair.svg', type: 'image/svg+xml', content: svg('green') }], {
      publishAfterUploading: false,
    });
    const { id } = await app.company.as('user').call('submitJob', {
      body: { name: 'Chairs', publish: 'full', scope: { assets: ['chair'] } },
    });
    await app.company.untilEnded(id);
    const page = await app.open('user', `/jobs/${id}`);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 asset is withdrawn').waitFor();
    await dialog.getByRole('button', { name: 'Undo 1 asset' }).click();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('row', { name: /chair/ }).getByText('Withdrawn').first().waitFor();
  });
});
