import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const text = new Blob(['Terms of sale'], { type: 'text/plain' });

/** The servers that a job can be published to. */
async function serversToChoose(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: 'Publish', exact: true }).click();
  await page.getByRole('button', { name: /^Advanced/ }).click();
  await page.getByRole('button', { name: /^Publish to/ }).click();
  await page.getByRole('option', { name: 'Image server' }).waitFor();
  return page.getByRole('option').allTextContents();
}

it('S14: an admin switches a server on and off, sees before what that does, and jobs can be published to it', async () => {
  await app.company.upload([{ name: 'terms.txt', type: 'text/plain', content: text }]);
  const page = await app.open('admin', '/settings/servers');
  await page.getByRole('button', { name: 'Switch on Server directory' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 asset becomes due: the next publish job takes them.').waitFor();
  await dialog.getByRole('button', { name: 'Switch on Server directory' }).click();
  await page.getByText('Server directory is on. A job goes through the library.').waitFor();
  const user = await app.open('user');
  expect(await serversToChoose(user)).toContain('Server directory');

  await page.getByRole('button', { name: 'Switch off Server directory' }).click();
  await dialog.getByText('Nothing is live on this server.').waitFor();
  await dialog.getByLabel('To confirm, type server-directory').fill('server-directory');
  await dialog.getByRole('button', { name: 'Switch off Server directory' }).click();
  await page.getByText('Server directory is off. A job goes through the library.').waitFor();
  const other = await app.open('user');
  expect(await serversToChoose(other)).not.toContain('Server directory');
});

it('S17: an admin makes the secret that signs HTTP notifications, which is shown once', async () => {
  const page = await app.open('admin');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Notifications' }).click();
  await page.getByRole('button', { name: 'Make a new secret' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
  await page
    .getByRole('dialog', { name: 'Your new secret' })
    .getByText(/^whsec_/)
    .waitFor();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('row', { name: /Newest/ }).waitFor();
  expect(await page.getByText(/whsec_/).count()).toBe(0);
});
