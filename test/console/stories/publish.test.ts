import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);
const upload = (name: string) =>
  app.company.upload([{ name, type: 'image/svg+xml', content: svg }], { publishAfterUploading: false });

async function submitJob(page: Page, name: string): Promise<void> {
  await page.getByLabel('Job name').fill(name);
  await page.getByRole('button', { name: 'Show what will happen' }).click();
  await page.getByRole('button', { name: 'Submit Publish' }).click();
}

/** Two jobs that are cancelled publish 25 each, which a worker copies at once, and leave the rest. */
const leaves = Array.from({ length: 56 }, (_, index) => ({
  name: `leaf-${index}.svg`,
  type: 'image/svg+xml',
  content: svg,
}));

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
    await page.getByRole('link', { name: 'New schedule', exact: true }).first().click();
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

  it('S18, S20: A job stops at a safe point when its user, or an admin on the Jobs page, cancels it', async () => {
    await app.company.upload(leaves, { publishAfterUploading: false });
    const page = await app.open('user', '/publish');
    const release = await app.holdPublishJobs();
    await submitJob(page, 'First leaves');
    await page.getByText('Running', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Cancel First leaves/ }).click();
    await page.getByText('Stopping…').waitFor();
    const jobs = await app.open('viewer', '/jobs');
    const seen = jobs.getByRole('row', { name: /First leaves/ });
    await seen.getByText('Stopping…').waitFor();
    await seen.getByText('It stops at the next safe point. What is published stays live.').waitFor();
    await release();
    await page.getByText('Stopped', { exact: true }).waitFor();
    await seen.getByText('Stopped', { exact: true }).waitFor();
    await page
      .getByRole('row', { name: /Not reached leaf-/ })
      .first()
      .waitFor();

    const releaseOther = await app.holdPublishJobs();
    await page.getByRole('link', { name: 'Publish', exact: true }).click();
    await submitJob(page, 'Other leaves');
    const others = jobs.getByRole('row', { name: /Other leaves/ });
    await others.getByText('Running', { exact: true }).waitFor();
    expect(await jobs.getByRole('button', { name: /^Cancel/ }).count()).toBe(0);
    // Beside "Jobs" in the navigation.
    await jobs.getByRole('img', { name: '1 job has not ended' }).waitFor();
    const admin = await app.open('admin', '/jobs');
    const row = admin.getByRole('row', { name: /Other leaves/ });
    await row.getByRole('button', { name: /^Cancel Other leaves/ }).click();
    await row.getByText('Stopping…').waitFor();
    await releaseOther();
    await row.getByText('Stopped', { exact: true }).waitFor();
    await jobs.getByRole('img', { name: /not ended/ }).waitFor({ state: 'detached' });
  });
});
