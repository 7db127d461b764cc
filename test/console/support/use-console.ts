import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, vi } from 'vitest';
import type { Role } from '../../../domain/companies/role.ts';
import { holdCopies } from '../../e2e/support/faulty-assembly.ts';
import { launchChromium } from '../../support/chromium.ts';
import { makeTestCompany, type TestCompany } from './test-company.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Screenshots for the documentation are written only by `npm run screenshots`: others stay out of version control. */
const isForDocs = process.env.PRESSROOM_SCREENSHOTS === 'docs';
const screenshotFolder = isForDocs
  ? join(root, 'docs', 'console')
  : join(root, '.local', 'console', 'screenshots');

export const widths = [1440, 390] as const;
/** Of Cloudscape: its bar on narrow screens has an orientation, which navigation may not have. */
const notOurs = ['nav[class*=mobile-toolbar-nav]'];

/** Colours in the middle of a transition have contrasts that nobody sees. What moves for ever does not count. */
const transitions = `document.getAnimations().filter(
  (one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity,
).length`;

const themes = ['light', 'dark'] as const;

interface OpenOptions {
  readonly theme?: (typeof themes)[number];
  /** Pixels. */
  readonly width?: number;
  /** IANA name of the browser's time zone. */
  readonly timeZone?: string;
  /** The CDN of the local cloud has a certificate of its own. */
  readonly acceptsAnyCertificate?: boolean;
}

/** A response of the CDN. */
export interface Visit {
  readonly status: number;
  /** `h2` is HTTP/2. */
  readonly protocol: string | undefined;
  readonly contentType: string | undefined;
  /** Seconds that an edge of the CDN may deliver it without asking for a newer one. */
  readonly secondsAtEdge: number;
  readonly body: () => Promise<Buffer>;
}

/** Milliseconds: longer than a worker of a publish job goes on without looking at the status of its job. */
const workerLooksAfter = 1_100;

export interface Console {
  readonly company: TestCompany;
  /** Address of the console, without a slash at its end. */
  readonly address: string;
  /**
   * Opens a page as somebody who is signed in.
   * @param path below the company: `/library`
   */
  open(role: Role, path?: string, options?: OpenOptions): Promise<Page>;
  /** A page where nobody is signed in. */
  openSignedOut(path?: string): Promise<Page>;
  /** Opens a URL that the console shows, as a visitor of an installation does: with TLS and an empty browser cache. */
  visit(url: string): Promise<Visit>;
  /**
   * Publish jobs stop before the next file that they copy, as on a slow server, until they are released: by the returned
   * function, or when the test ends.
   */
  holdPublishJobs(): Promise<() => Promise<void>>;
  /** Sends the form of the login page that is open. */
  fillIn(page: Page, role: Role): Promise<void>;
  /** Signs in on the login page that is open, and waits for the console. */
  signIn(page: Page, role: Role): Promise<void>;
  /** Errors that the test provokes, and which therefore must not fail it. */
  expectProblems(pattern: RegExp): void;
  /** axe finds nothing to complain about in the page as it is. */
  expectAccessible(page: Page): Promise<void>;
  /**
   * Looks at a page in both themes and widths: no horizontal scrolling, axe, a screenshot of each.
   * @param name of the screenshots
   * @param isReady resolves when the page shows what should be seen
   */
  look(name: string, role: Role, path: string, isReady: (page: Page) => Promise<unknown>): Promise<void>;
}

/**
 * A company of its own and a browser for the tests of a file. A test fails if a page of it breaks its content security
 * policy, throws, or writes an error to the browser's console.
 */
export function useConsole(): Console {
  const cloud = inject('console');
  let browser: Browser;
  let company: TestCompany;
  const states = new Map<Role, Awaited<ReturnType<BrowserContext['storageState']>>>();
  let contexts: BrowserContext[] = [];
  let problems: string[] = [];
  let expected: RegExp[] = [];
  let release: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    company = await makeTestCompany(cloud);
    browser = await launchChromium();
  });

  afterEach(async () => {
    await release?.();
    for (const context of contexts) await context.close();
    const unexpected = problems.filter((text) => !expected.some((pattern) => pattern.test(text)));
    contexts = [];
    problems = [];
    expected = [];
    expect(unexpected).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    company?.stop();
  });

  async function newPage(role: Role | undefined, options: OpenOptions = {}): Promise<Page> {
    const {
      theme = 'light',
      width = 1440,
      timeZone = 'Europe/Berlin',
      acceptsAnyCertificate = false,
    } = options;
    const storageState = role && states.get(role);
    const context = await browser.newContext({
      viewport: { width, height: width < 600 ? 844 : 900 },
      colorScheme: theme,
      timezoneId: timeZone,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ignoreHTTPSErrors: acceptsAnyCertificate,
      ...(storageState && { storageState }),
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: cloud.console });
    contexts.push(context);
    context.on('console', (message) => {
      // Browsers ask login pages and pictures for an icon, which these have not.
      if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
        problems.push(message.text());
    });
    context.on('weberror', (error) => problems.push(error.error().message));
    return context.newPage();
  }

  const app: Console = {
    get company() {
      return company;
    },
    address: cloud.console,
    async open(role, path = '', options = {}) {
      const isFirst = !states.has(role);
      const page = await newPage(role, options);
      await page.goto(`${cloud.console}/${company.name}${path}`);
      if (isFirst) {
        await app.signIn(page, role);
        states.set(role, await page.context().storageState());
      }
      return page;
    },
    async openSignedOut(path = '/') {
      const page = await newPage(undefined);
      await page.goto(`${cloud.console}${path}`);
      return page;
    },
    async visit(url) {
      const page = await newPage(undefined, { acceptsAnyCertificate: true });
      const session = await page.context().newCDPSession(page);
      const protocols = new Map<string, string | undefined>();
      session.on('Network.responseReceived', ({ response }) =>
        protocols.set(response.url, response.protocol),
      );
      await session.send('Network.enable');
      const address = url.replace(cloud.delivery.http, cloud.delivery.https);
      // A video has not loaded before all of it was played.
      const response = await page.goto(address, { waitUntil: 'commit' });
      if (!response) throw new Error(`${address} has no response`);
      const { 'content-type': contentType, 'cache-control': cacheControl = '' } = response.headers();
      return {
        status: response.status(),
        protocol: protocols.get(address),
        contentType,
        secondsAtEdge: [/s-maxage=(\d+)/, /stale-while-revalidate=(\d+)/]
          .map((part) => Number(part.exec(cacheControl)?.[1] ?? 0))
          .reduce((sum, seconds) => sum + seconds),
        body: () => response.body(),
      };
    },
    async holdPublishJobs() {
      const released = await holdCopies(cloud.assembly, 0);
      release = async () => {
        release = undefined;
        // A worker that has not looked yet would go on with assets that it should not reach.
        const from = Date.now();
        await vi.waitFor(() => expect(Date.now() - from).toBeGreaterThan(workerLooksAfter), 5_000);
        await released();
      };
      return release;
    },
    async fillIn(page, role) {
      const { name, password } = company.login(role);
      await page.locator('input[name=username]').fill(name);
      await page.locator('input[name=password]').fill(password);
      await page.locator('[type=submit]').click();
    },
    async signIn(page, role) {
      await app.fillIn(page, role);
      await page.waitForURL((url) => url.href.startsWith(cloud.console) && !url.searchParams.has('code'));
    },
    expectProblems(pattern) {
      expected.push(pattern);
    },
    async expectAccessible(page) {
      await expect.poll(() => page.evaluate<number>(transitions)).toBe(0);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>(
        `axe.run({ exclude: ${JSON.stringify(notOurs)} })`,
      );
      expect(
        violations.map(({ id, help, nodes }) => ({
          id,
          help,
          at: nodes.map(({ html }) => html.slice(0, 200)),
        })),
      ).toEqual([]);
    },
    async look(name, role, path, isReady) {
      for (const theme of themes) {
        for (const width of widths) {
          const page = await app.open(role, path, { theme, width });
          await isReady(page);
          const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth');
          expect(scrollWidth, `${name} at ${width} px scrolls to the side`).toBeLessThanOrEqual(width);
          const file = join(screenshotFolder, `${name}-${width}${theme === 'dark' ? '-dark' : ''}.png`);
          mkdirSync(dirname(file), { recursive: true });
          // The documentation has each page once: the dark ones would double it.
          if (theme === 'light' || !isForDocs) await page.screenshot({ path: file });
          await app.expectAccessible(page);
          await page.context().close();
        }
      }
    },
  };
  return app;
}
