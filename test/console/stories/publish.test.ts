import { describe, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);
const upload = (name: string) =>
  app.company.upload([{ name, type: 'image/svg+xml', content: svg }], { publishAfterUploading: false });

/** Monday of a year that no test runs in. */
const later = '2031-03-03';

describe('publish jobs and schedules', () => {
  it('S8, S9, S10, S15: A user publishes what was not published, and follows the job', async () => {
    await upload('autumn.svg');
    const page = await app.open('user', '');
    await page.getByRole('link', { name: 'Publish', exact: true }).click();
    await page.getByLabel('Job name').fill('Autumn collection');
    await page.getByRole('button', { name: /^Advanced/ }).click();
    await page.getByLabel('New since last publish').check();
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page
      .getByRole('row', { name: /autumn/ })
      .getByText('Added')
      .waitFor();
    await page.getByRole('button', { name: 'Submit Publish' }).click();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await page
      .getByRole('row', { name: /Autumn collection/ })
      .getByText('Succeeded')
      .waitFor();
  });

  it('S11: A user schedules a job for later with calendar and time', async () => {
    const page = await app.open('user', '/publish');
    await page.getByLabel('Schedule for later').check();
    await page.getByRole('textbox', { name: 'Date' }).fill(later.replaceAll('-', '/'));
    await page.getByLabel('Time', { exact: true }).fill('14:10');
    await page.getByLabel('Job name').fill('Spring');
    await page.getByText(/14:10/).first().waitFor();
    await page.getByRole('button', { name: 'Schedule', exact: true }).click();
    await page
      .getByRole('row', { name: /Spring/ })
      .getByText(/14:10/)
      .first()
      .waitFor();
  });

  it('S12, S13, S19, S27: A user makes a recurring job, pauses, resumes, edits, runs and deletes it', async () => {
    const page = await app.open('user', '/jobs/scheduled');
    await page.getByRole('link', { name: 'New schedule' }).first().click();
    await page.getByRole('button', { name: 'Weekly' }).click();
    await page.getByLabel('Time', { exact: true }).fill('14:10');
    await page.getByText(/Every Monday at 14:10/).waitFor();
    await page.getByLabel('Job name').fill('Weekly news');
    await page.getByRole('button', { name: 'Schedule', exact: true }).click();
    const row = page.getByRole('row', { name: /Weekly news/ });
    await row.getByRole('checkbox').uncheck();
    await page.getByText('Paused: Weekly news').waitFor();
    await row.getByRole('checkbox').check();
    await page.getByText('Active again: Weekly news').waitFor();
    await row.getByRole('link', { name: 'Weekly news' }).click();
    await page.getByLabel('Time', { exact: true }).fill('15:20');
    await page.getByText(/Every Monday at 15:20/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText(/15:20/).first().waitFor();
    await row.getByRole('button', { name: /^Actions/ }).click();
    await page.getByRole('menuitem', { name: 'Run now' }).click();
    await page.getByText(/Submitted: Weekly news/).waitFor();
    await row.getByRole('button', { name: /^Actions/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete 1 schedule' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('S14, S17: A user chooses servers and an HTTP notification', async () => {
    await upload('winter.svg');
    const page = await app.open('user', '/publish');
    await page.getByRole('button', { name: /^Advanced/ }).click();
    await page.getByRole('button', { name: /^Publish to/ }).click();
    await page.getByRole('option', { name: 'Image server' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('HTTP notification').fill('https://hooks.example.com/pressroom');
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page
      .getByRole('row', { name: /winter/ })
      .getByText('Image server')
      .waitFor();
    await page.getByRole('button', { name: 'Submit Publish' }).click();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it('S16: An admin runs a job as another member, and the list sorts by user', async () => {
    await upload('summer.svg');
    const page = await app.open('admin', '/publish');
    await page.getByLabel('Job name').fill('For the user');
    await page.getByRole('button', { name: /^Advanced/ }).click();
    await page.getByRole('button', { name: /^Run job as/ }).click();
    await page.getByRole('option', { name: /^user@/ }).click();
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page.getByRole('button', { name: 'Submit Publish' }).click();
    await page.getByText('Runs as', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await page.getByRole('button', { name: 'By', exact: true }).click();
    await page.getByRole('row', { name: /For the user.*user@/ }).waitFor();
  });
});
