import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and Ubuntu install it. `npm test` installs the package where it is missing and may. */
const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/**
 * Chromium without a window, which asks no host but those that a page names.
 * @throws Error if it is not installed
 */
export function launchChromium(): Promise<Browser> {
  if (program === undefined) {
    throw new Error('Chromium is not installed. On Debian or Ubuntu: apt-get install chromium');
  }
  return chromium.launch({
    executablePath: program,
    // As root, as in most build containers, Chromium needs --no-sandbox.
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
}
