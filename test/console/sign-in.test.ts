import { describe, expect, it } from 'vitest';
import { useConsole } from './support/use-console.ts';

const app = useConsole();

describe('signing in', () => {
  it('returns to the address that was opened', async () => {
    const path = `/${app.company.name}/nowhere?a=1`;
    const page = await app.openSignedOut(path);
    await app.signIn(page, 'user');
    await page.getByText('There is no page at this address').waitFor();
    expect(page.url()).toBe(`${app.address}${path}`);
  });

  it('shows who is signed in, with the role that the API reports', async () => {
    const page = await app.open('viewer');
    await page.getByRole('button', { name: `viewer@${app.company.name}.test` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await page.getByText('Viewer', { exact: true }).last().waitFor();
  });

  it('ends with signing out', async () => {
    const page = await app.open('admin');
    await page.getByRole('button', { name: `admin@${app.company.name}.test` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('input[name=password]').waitFor();
  });

  it('says that a company is not one of the person', async () => {
    const page = await app.open('viewer');
    await page.goto(`${app.address}/somebody-else`);
    await page.getByText('You are not a member of this company').waitFor();
  });
});

describe('the keyboard', () => {
  it('shows its shortcuts with ?', async () => {
    const page = await app.open('viewer');
    await page.getByText('Nothing needs attention').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Open Start').waitFor();
    await app.expectAccessible(page);
  });
});
