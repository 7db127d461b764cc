import type { Browser, BrowserContext } from 'playwright-core';
import type { StubInstallation } from './stub-installation.ts';

const viewport = { width: 1_440, height: 900 };

/** A browser in which somebody is signed in. */
export async function newContext(browser: Browser, { session }: StubInstallation): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport, ignoreHTTPSErrors: true, locale: 'en-GB' });
  await context.addInitScript(
    `localStorage.setItem(${JSON.stringify(session.name)}, ${JSON.stringify(session.value)});`,
  );
  return context;
}
