import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const upload = async (role: 'user' | 'admin', ...names: string[]) => {
  const files = await Promise.all(
    names.map(async (name, index) => ({ name: `${name}.jpg`, content: await samplePicture(index) })),
  );
  const { job } = await app.company.as(role).upload(files);
  await app.company.untilEnded(job.id);
};
const trash = (...assetIds: string[]) => app.company.as('user').call('trashAssets', { body: { assetIds } });
const row = (page: Page, id: string) => page.getByRole('row', { name: new RegExp(`\\b${id}\\b`) });

describe('the trash', () => {
  it('says what would be there', async () => {
    await app.look('trash-empty', 'viewer', '/library/trash', (page) =>
      page.getByText('The trash is empty').waitFor(),
    );
  });

  describe('with assets', () => {
    beforeAll(async () => {
      await upload('user', 'boot', 'clog', 'mule');
      await upload('admin', 'pump');
      await trash('boot', 'clog', 'mule', 'pump');
    });

    it('shows what is in it and for how long, and viewers can change nothing', async () => {
      await app.look('trash', 'user', '/library/trash', async (page) => {
        await row(page, 'boot').getByText('In 7 days').waitFor();
        await page.getByRole('checkbox', { name: 'Select boot' }).check();
      });
      const page = await app.open('viewer', '/library/trash');
      await row(page, 'pump').waitFor();
      expect(await page.getByRole('button', { name: 'Restore' }).count()).toBe(0);
      expect(await page.getByRole('checkbox').count()).toBe(0);
    });

    it('restores several assets, which go live again', async () => {
      const page = await app.open('user', '/library/trash');
      await page.getByRole('checkbox', { name: 'Select boot' }).check();
      await page.getByRole('checkbox', { name: 'Select clog' }).check();
      await page.getByRole('button', { name: 'Restore' }).click();
      await page.getByText('2 assets restored').waitFor();
      await row(page, 'boot').waitFor({ state: 'detached' });
      const boot = await app.company.as('viewer').call('readAsset', { params: { id: 'boot' } });
      expect(boot.published).toBe(true);
    });

    it('lets users delete for good what is theirs, after a question with the exact count', async () => {
      const page = await app.open('user', '/library/trash');
      await page.getByRole('checkbox', { name: 'Select pump' }).check();
      expect(await page.getByRole('button', { name: 'Delete for good' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete 1 asset for good?' });
      await dialog.getByRole('button', { name: 'Delete 1 asset for good' }).click();
      await page.getByText('1 asset deleted for good').waitFor();
      await row(page, 'mule').waitFor({ state: 'detached' });
      await row(page, 'pump').waitFor();
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      await page.getByText('The trash has nothing that you may delete for good').waitFor();
    });

    it('lets admins delete everything', async () => {
      const page = await app.open('admin', '/library/trash');
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      await page.getByRole('button', { name: 'Delete 1 asset for good' }).click();
      await page.getByText('The trash is empty').waitFor();
    });
  });

  it('is reached from the library and from what was deleted, and an asset in it offers the way back', async () => {
    const page = await app.open('user', '/library');
    await page.getByRole('gridcell', { name: /\bclog / }).click();
    await page.getByRole('button', { name: 'File', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Open the trash' }).click();
    await row(page, 'clog').getByRole('link', { name: 'clog' }).click();
    await page.getByText('This asset is in the trash').waitFor();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('clog is restored').waitFor();
    await page.getByText('This asset is in the trash').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.getByRole('link', { name: 'Trash', exact: true }).click();
    await page.getByText('The trash is empty').waitFor();
  });

  it('offers another attempt where the server fails, and none where it refuses', async () => {
    const page = await app.open('viewer', '/library/trash');
    await page.getByText('The trash is empty').waitFor();
    app.expectProblems(/500|403/);
    await page.route('**/trash?*', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.reload();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/trash?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The trash is empty').waitFor();
    await page.route('**/trash?*', (route) => route.fulfill({ status: 403, json: { detail: 'No' } }));
    await page.reload();
    await page.getByText('Ask an admin of the company for another role').waitFor();
  });
});
