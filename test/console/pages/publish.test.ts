import { describe, expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const svg = (fill: string) =>
  new Blob(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect fill="${fill}" width="40" height="40"/></svg>`,
    ],
    { type: 'image/svg+xml' },
  );
const upload = (name: string, fill: string, publishAfterUploading: boolean) =>
  app.company.upload([{ name, type: 'image/svg+xml', content: svg(fill) }], {
    publishAfterUploading,
    overwrite: true,
  });

describe('the Publish page', () => {
  it('asks for the least at first', async () => {
    await app.look('publish', 'user', '/publish', (page) => page.getByText('The whole library').waitFor());
  });

  it('is not there for a viewer', async () => {
    const page = await app.open('viewer', '/publish');
    await page.getByText('There is no page at this address').waitFor();
  });

  it('says that there is nothing to publish', async () => {
    const page = await app.open('user', '/publish');
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page.getByText('There is nothing to publish').first().waitFor();
    expect(await page.getByRole('button', { name: 'Submit Publish' }).isDisabled()).toBe(true);
  });

  it('explains a recurring rule while it is typed, and says what is wrong with one', async () => {
    const page = await app.open('user', '/publish?when=recurring');
    await page.getByText('Every day at 06:00').waitFor();
    app.expectProblems(/400/);
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('Rule').fill('0 0 25 ? * Mon');
    await page.getByText(/hours/i).last().waitFor();
    await page.getByLabel('Rule').fill('0 10 14 ? * Mon,Wed');
    await page.getByText(/Every Monday and Wednesday at 14:10/).waitFor();
    await app.look('publish-recurring', 'user', '/publish?when=recurring', (look) =>
      look.getByText('Every day at 06:00').waitFor(),
    );
  });

  it('asks for a date before it schedules for later', async () => {
    const page = await app.open('user', '/publish');
    await page.getByLabel('Schedule for later').check();
    await page.getByRole('button', { name: 'Schedule', exact: true }).click();
    await page.getByText('Choose a date.').waitFor();
  });

  it('shows both versions of what changed, and does exactly what the plan says', async () => {
    await upload('chair.svg', 'red', true);
    // From now on a new version waits for the next job.
    await app.company.as('admin').call('editSettings', { body: { publishOnUpload: 'mark' } });
    await upload('chair.svg', 'blue', false);
    await upload('lamp.svg', 'green', false);
    const page = await app.open('user', '/publish');
    await page.getByRole('button', { name: /^Advanced/ }).click();
    await page.getByLabel('Full publish', { exact: true }).check();
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page.getByRole('row', { name: /lamp/ }).getByText('Added').waitFor();
    await page.getByRole('row', { name: /chair/ }).getByText('Changed').waitFor();
    await page.getByRole('button', { name: 'Compare the versions of chair' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('img', { name: 'Live now' }).waitFor();
    await dialog.getByRole('button', { name: 'Swipe' }).click();
    await dialog.getByRole('slider').fill('80');
    await dialog.getByRole('button', { name: /close/i }).click();
    await page.getByRole('button', { name: 'Submit Publish' }).click();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  });
});

/** Records that a run of a moment ago did not take place, as start-job does. */
async function skip(id: string, because: string): Promise<void> {
  const { schedules } = app.company.stores;
  const schedule = await schedules.getSchedule(app.company.name, id);
  if (!schedule) throw new Error(`There is no schedule ${id}`);
  const due = new Date().toISOString();
  expect(await schedules.recordSkipped(schedule, { due, because })).toBe(true);
}

describe('the Scheduled tab', () => {
  it('says what would be there', async () => {
    await app.look('scheduled-empty', 'user', '/jobs/scheduled', (page) =>
      page.getByText('Nothing is scheduled').waitFor(),
    );
  });

  it('offers another attempt where the server fails', async () => {
    const page = await app.open('viewer');
    await page.getByText('Needs attention', { exact: true }).waitFor();
    app.expectProblems(/500/);
    await page.route('**/schedules?*', (route) =>
      route.fulfill({ status: 500, json: { detail: 'It broke' } }),
    );
    await page.goto(`${app.address}/${app.company.name}/jobs/scheduled`);
    await page.getByText('It broke').waitFor();
    await page.unroute('**/schedules?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing is scheduled').waitFor();
  });

  it('shows both versions if two people change a schedule', async () => {
    const user = app.company.as('user');
    const { id } = await user.call('createSchedule', {
      body: { name: 'Nightly', rule: { repeat: 'daily', time: '02:00' } },
    });
    const ran = await user.call('runSchedule', { params: { id } });
    await app.company.untilEnded(ran.id);
    await skip(id, 'Its job was still running');
    await skip(id, 'It was more than 60 minutes late');
    await app.look('scheduled', 'user', '/jobs/scheduled', async (look) => {
      await look.getByRole('row', { name: /Nightly/ }).waitFor();
      const today = look.getByRole('listitem').filter({ hasText: 'Today' });
      await today.getByRole('link', { name: 'Nightly' }).waitFor();
      await today.getByText('Succeeded').waitFor();
      await today.getByText('Its job was still running').waitFor();
      await today.getByText('It was more than 60 minutes late').waitFor();
    });
    const page = await app.open('user', `/jobs/scheduled/${id}`);
    await page.getByLabel('Job name').fill('Nightly of mine');
    await user.call('editSchedule', { params: { id }, body: { name: 'Nightly of another' } });
    app.expectProblems(/412/);
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nightly of another').waitFor();
    await dialog.getByRole('button', { name: 'Save my version' }).click();
    await page.getByRole('row', { name: /Nightly of mine/ }).waitFor();
  });
});
