import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const cell = (page: Page, id: string) => page.getByRole('gridcell', { name: new RegExp(`\\b${id} `) });

/** Waits for the asset, and for the pictures. */
async function seen(page: Page, asset: Locator): Promise<void> {
  await asset.waitFor();
  await expect.poll(() => page.locator('[data-state=loading]').count(), { timeout: 10_000 }).toBe(0);
}

beforeAll(async () => {
  const files = await Promise.all(
    Array.from({ length: 14 }, async (_, index) => ({
      name: `shoe-${String(index + 1).padStart(2, '0')}.jpg`,
      content: await samplePicture(index),
    })),
  );
  await app.company.upload(files.slice(0, 8), { folder: '/autumn/shoes/', publishAfterUploading: false });
  await app.company.upload(files.slice(8), { folder: '/spring/' });
});

describe('the library', () => {
  it('shows folders and assets as cards', async () => {
    await app.look('library', 'user', '/library?view=grid', (page) => seen(page, cell(page, 'shoe-04')));
  });

  it.each([
    ['', ['/me', '/settings', '/overview']],
    ['/library?view=grid&q=shoe', ['/me', '/settings', '/search']],
    ['/jobs', ['/me', '/settings', '/jobs']],
  ])('sends the first requests of the page "%s" once, while the app is being loaded', async (path, first) => {
    const page = await app.open('user', path);
    await page.getByRole('link', { name: 'Jobs' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'GET') asked.push(request.url().replace(/.*\/v1(\/companies\/[^/]+)?/, ''));
    });
    await page.reload();
    await page.getByRole('link', { name: 'Jobs' }).waitFor();
    await expect.poll(() => asked.some((url) => url.startsWith('/changes'))).toBe(true);
    await page.waitForLoadState('networkidle');
    for (const one of first)
      expect(
        asked.filter((url) => url.replace(/\?.*/, '') === one && !url.includes('facets')),
        one,
      ).toHaveLength(1);
  });

  it('shows them as a list', async () => {
    await app.look('library-list', 'user', '/library?view=list', (page) =>
      seen(page, page.getByRole('row', { name: /shoe-04/ })),
    );
  });

  it('says what would be there, and what to do where nothing matches', async () => {
    await app.look('library-empty', 'viewer', '/library?q=nothing-has-this-name', (page) =>
      page.getByText('No asset matches').waitFor(),
    );
  });

  it('offers another attempt where the server fails, and none where it refuses', async () => {
    const page = await app.open('viewer', '/library');
    await cell(page, 'shoe-01').waitFor();
    app.expectProblems(/500|403/);
    await page.route('**/search?*', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.reload();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/search?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await cell(page, 'shoe-01').waitFor();
    await page.route('**/search?*', (route) => route.fulfill({ status: 403, json: { detail: 'No' } }));
    await page.reload();
    await page.getByText('Ask an admin of the company for another role').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('opens folders, and keeps filters in the address', async () => {
    const page = await app.open('viewer', '/library');
    await page.getByRole('button', { name: 'spring', exact: true }).click();
    await cell(page, 'shoe-09').waitFor();
    await cell(page, 'shoe-01').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('folder')).toBe('/spring/');
    const search = page.getByRole('combobox', { name: 'Find assets' });
    await search.fill('shoe-12');
    await search.press('Enter');
    await cell(page, 'shoe-12').waitFor();
    await cell(page, 'shoe-09').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('q')).toBe('shoe-12');
    await page.goBack();
    await cell(page, 'shoe-09').waitFor();
  });

  it('publishes with the icon, and takes it back', async () => {
    const page = await app.open('user', '/library?folder=/autumn/shoes/');
    await page.getByRole('button', { name: 'shoe-01 is unpublished. Publish it' }).click();
    await page.getByRole('button', { name: 'shoe-01 is published. Unpublish it' }).waitFor();
    await page.getByText('shoe-01 is published', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('shoe-01 is unpublished', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'shoe-01 is unpublished. Publish it' }).waitFor();
  });

  it('selects with Ctrl, Shift and the keyboard, and all that match', async () => {
    const page = await app.open('user', '/library?folder=/autumn/shoes/');
    await cell(page, 'shoe-01').click();
    await cell(page, 'shoe-03').click({ modifiers: ['ControlOrMeta'] });
    await page.getByText('2 assets selected').waitFor();
    await cell(page, 'shoe-06').click({ modifiers: ['Shift'] });
    await page.getByText('4 assets selected').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('4 assets selected').waitFor({ state: 'detached' });
    await cell(page, 'shoe-01').focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('3 assets selected').waitFor();
    await page.getByRole('button', { name: 'Select all 8 that match' }).click();
    await page.getByText('All 8 assets that match are selected').waitFor();
    await app.expectAccessible(page);
  });

  it('has exactly the actions that apply', async () => {
    const actionsOf = async (page: Page) => {
      const items = await page.getByRole('menu').getByRole('menuitem').allTextContents();
      await page.keyboard.press('Escape');
      return items;
    };
    const user = await app.open('user', '/library?folder=/autumn/shoes/');
    await cell(user, 'shoe-02').click({ button: 'right' });
    expect(await actionsOf(user)).toEqual([
      'Open',
      'Publish',
      'Publish by a job…',
      'Copy URL',
      'Add to set',
      'New set',
      'Download',
      'Export metadata',
      'Set dates',
      'Rename',
      'Move',
      'Delete',
    ]);
    const admin = await app.open('admin', '/library?folder=/spring/');
    await cell(admin, 'shoe-09').click({ button: 'right' });
    expect(await actionsOf(admin)).toEqual([
      'Open',
      'Publish by a job…',
      'Unpublish',
      'Invalidate CDN',
      'Copy URL',
      'Add to set',
      'New set',
      'Download',
      'Export metadata',
      'Set dates',
      'Rename',
      'Move',
      'Delete',
    ]);
    const viewer = await app.open('viewer', '/library?folder=/spring/');
    await cell(viewer, 'shoe-09').click({ button: 'right' });
    expect(await actionsOf(viewer)).toEqual(['Open', 'Copy URL', 'Download', 'Export metadata']);
    expect(await viewer.getByRole('button', { name: /Unpublish it/ }).count()).toBe(0);
  });

  it('shows the result for each asset of an action on many', async () => {
    const page = await app.open('user', '/library?folder=/autumn/shoes/');
    await cell(page, 'shoe-04').click();
    await cell(page, 'shoe-05').click({ modifiers: ['ControlOrMeta'] });
    await page.route('**/publish', async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { results: { id: string; outcome: string; message: string }[] };
      const results = body.results.map((result) =>
        result.id === 'shoe-05' ? { ...result, outcome: 'error', message: 'The storage is busy' } : result,
      );
      await route.fulfill({ response, json: { ...body, results } });
    });
    await page.getByRole('button', { name: 'File' }).click();
    await page.getByRole('menuitem', { name: 'Publish', exact: true }).click();
    await page.getByText('2 assets: 1 done, 1 not').waitFor();
    await page.getByRole('button', { name: 'Show each asset' }).click();
    await page.getByRole('dialog').getByText('The storage is busy').waitFor();
    await app.expectAccessible(page);
  });

  it('moves assets that are dragged to a folder, renames, and deletes with undo', async () => {
    const page = await app.open('user', '/library?folder=/autumn/shoes/');
    await cell(page, 'shoe-07').dragTo(page.getByRole('button', { name: 'spring', exact: true }));
    await page.getByText('shoe-07 was moved to /spring/').waitFor();
    await cell(page, 'shoe-07').waitFor({ state: 'detached' });
    await cell(page, 'shoe-08').click();
    await page.getByRole('button', { name: 'File' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rename shoe-08' });
    await dialog.getByLabel('New id').fill('boot');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByText('The asset is now boot').waitFor();
    await cell(page, 'boot').click();
    await page.getByRole('button', { name: 'File' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('boot is in the trash').waitFor();
    await cell(page, 'boot').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await page.getByText('1 asset restored').waitFor();
    await cell(page, 'boot').waitFor();
  });

  it('makes and deletes a folder, with the exact number of assets', async () => {
    const page = await app.open('user', '/library');
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByLabel('Name of the folder').fill('winter');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('The folder /winter/ was created').waitFor();
    await page.getByRole('button', { name: 'Actions on the folder winter' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete the folder' }).click();
    await page.getByText('The folder /winter/ was deleted with 0 assets').waitFor();
  });

  it('sets the dates of all that match by a job', async () => {
    const page = await app.open('user', '/library?q=shoe-1');
    await cell(page, 'shoe-14').click();
    await page.getByRole('button', { name: /^Select all \d+ that match/ }).click();
    await page.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Set dates' }).click();
    const dialog = page.getByRole('dialog', { name: /^Dates of/ });
    await dialog
      .getByRole('radiogroup', { name: /Live from/ })
      .getByLabel('Remove')
      .check();
    await dialog.getByRole('button', { name: /^Change/ }).click();
    await page.waitForURL(/\/jobs\//);
  });

  it('moves with a chosen folder, and sets dates of several assets with undo', async () => {
    const page = await app.open('user', '/library?folder=/spring/');
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'File', exact: true }).click();
      await page.getByRole('menuitem', { name: item, exact: true }).click();
    };
    await cell(page, 'shoe-10').click();
    await cell(page, 'shoe-11').click({ modifiers: ['ControlOrMeta'] });
    await choose('Set dates');
    const dialog = page.getByRole('dialog', { name: 'Dates of 2 assets' });
    await dialog
      .getByRole('radiogroup', { name: /Live until/ })
      .getByLabel('Set', { exact: true })
      .check();
    await dialog.getByRole('textbox', { name: 'Live until' }).fill('2031/03/30');
    await app.expectAccessible(page);
    await dialog.getByRole('button', { name: 'Change 2 assets' }).click();
    await page.getByText('The dates of 2 assets are changed').waitFor();
    const until = async (id: string) =>
      (await app.company.as('viewer').call('readAsset', { params: { id } })).liveUntil;
    expect(await until('shoe-10')).toBe('2031-03-30T00:00:00.000Z');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => until('shoe-11')).toBeUndefined();
    await choose('Move');
    const picker = page.getByRole('dialog', { name: 'Move 2 assets' });
    await picker.getByLabel('New folder in /spring/').fill('march');
    await page.keyboard.press('Enter');
    await picker.getByRole('button', { name: 'Move to /spring/march/' }).click();
    await page.getByText('2 assets were moved to /spring/march/').waitFor();
  });

  it('has a job do what is done with more than 100 assets, and shows the outcome of each', async () => {
    const page = await app.open('user', '/library?folder=/spring/&q=shoe-1');
    // As if there were more: the job takes those that match.
    await page.route('**/search?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), total: 101 } });
    });
    await page.reload();
    await cell(page, 'shoe-12').click();
    await page.getByRole('button', { name: 'Select all 101 that match' }).click();
    await page.getByRole('button', { name: 'File' }).click();
    await page.getByRole('menuitem', { name: 'Unpublish' }).click();
    await page.getByText('Unpublishes assets').waitFor();
    await page.getByText('It is not live on image-serving any more').first().waitFor();
    await page.getByText('Succeeded').first().waitFor();
    await app.expectAccessible(page);
  });
});
