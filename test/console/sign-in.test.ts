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
    // The first request of the page is sent before it is known whose company it is.
    app.expectProblems(/404/);
    await page.goto(`${app.address}/somebody-else`);
    await page.getByText('You are not a member of this company').waitFor();
  });
});

describe('typed text', () => {
  const typeName = async (name: string) => {
    const page = await app.open('user', '/library');
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByLabel('Name of the folder').fill(name);
    return page;
  };

  it('is kept and sent after the session has ended and somebody has signed in again', async () => {
    const page = await typeName('kept');
    // Neither the token nor its renewal is accepted any more.
    await page.evaluate(`
      const key = Object.keys(localStorage).find((name) => name.startsWith('oidc.user:'));
      const user = { ...JSON.parse(localStorage.getItem(key)), access_token: 'x', refresh_token: 'x' };
      localStorage.setItem(key, JSON.stringify(user));
    `);
    app.expectProblems(/40[01]/);
    await page.getByRole('button', { name: 'Create' }).click();
    const ended = page.getByRole('dialog', { name: 'Your session has ended' });
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      ended.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    await app.fillIn(popup, 'user');
    await page.getByText('The folder /kept/ was created').waitFor();
  });

  it('is kept while the network is down', async () => {
    const page = await typeName('later');
    app.expectProblems(/ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('dialog').getByText('The network connection failed').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('The folder /later/ was created').waitFor();
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
