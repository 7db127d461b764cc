import { expect, it } from 'vitest';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

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
