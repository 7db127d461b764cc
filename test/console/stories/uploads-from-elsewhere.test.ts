import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

/** A web site with the pictures that are fetched. */
let site: Server;
let address: string;

beforeAll(async () => {
  const picture = Buffer.from(await (await samplePicture(1)).arrayBuffer());
  site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length }).end(picture);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterAll(async () => {
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

it('S13, S27: recurring uploads and publish jobs are on the Scheduled tab, where they are paused, run, edited and deleted', async () => {
  const page = await app.open('user', '/jobs/scheduled');
  await page.getByRole('link', { name: 'New schedule', exact: true }).first().click();
  await page.getByLabel('Job name').fill('Nightly publish');
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await page.getByRole('row', { name: /Nightly publish/ }).waitFor();

  await page.getByRole('link', { name: 'New scheduled upload' }).click();
  await page.getByText('Web addresses', { exact: true }).click();
  await page
    .getByLabel('Addresses', { exact: true })
    .fill(`${address}/hat.jpg\n${address}/get?id=7 /hats/cap.jpg`);
  await page.getByText('2 addresses').waitFor();
  await page.getByRole('button', { name: 'Folder: /. Choose another folder' }).click();
  await page.getByLabel('New folder in /').fill('fetched');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('button', { name: 'Choose /fetched/' }).click();
  await page.getByRole('textbox', { name: 'Job name' }).fill('Hats of the supplier');
  await page.getByText('Every day at 06:00').waitFor();
  await page.getByRole('button', { name: 'Schedule upload' }).click();

  const row = page.getByRole('row', { name: /Hats of the supplier/ });
  await row.getByText('Upload of 2 addresses to /fetched/').waitFor();
  await page.getByRole('row', { name: /Nightly publish/ }).waitFor();
  await row.getByRole('checkbox').uncheck();
  await page.getByText('Paused: Hats of the supplier').waitFor();
  await row.getByRole('checkbox').check();
  await page.getByText('Active again: Hats of the supplier').waitFor();

  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Run now' }).click();
  await page.getByRole('link', { name: /^Hats of the supplier \d/ }).click();
  await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText('2 addresses').waitFor();
  await page.getByRole('link', { name: 'hat', exact: true }).waitFor();
  await page.getByRole('link', { name: 'cap', exact: true }).waitFor();

  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByRole('row', { name: /Upload.*Hats of the supplier/ }).waitFor();
  await page.getByRole('tab', { name: 'Scheduled' }).click();
  await row.getByRole('link', { name: 'Hats of the supplier', exact: true }).click();
  await page.getByRole('button', { name: 'Weekly' }).click();
  await page.getByText(/Every Monday at 06:00/).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText(/Every Monday at 06:00/).waitFor();
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete 1 schedule' }).click();
  await row.waitFor({ state: 'detached' });
});
