/** The documentation in a browser, as the edge of the local cloud serves it. */
import { S3Client } from '@aws-sdk/client-s3';
import { buildSite } from '@pressroom/site/build-site';
import { putSite } from '@pressroom/site/put-site';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { addressOf, outputOf } from '../../local/endpoints.ts';
import { launchChromium } from '../support/chromium.ts';

const cloud = inject('console');
const address = addressOf(cloud, 'site-plain');
let browser: Browser;
let problems: string[] = [];

beforeAll(async () => {
  const s3 = new S3Client({
    region: cloud.region,
    credentials: cloud.credentials,
    endpoint: cloud.cognito,
    forcePathStyle: true,
  });
  await putSite(s3, outputOf(cloud, 'SiteBucket'), await buildSite());
  s3.destroy();
  browser = await launchChromium();
});

afterEach(() => {
  const found = problems;
  problems = [];
  expect(found).toEqual([]);
});

afterAll(() => browser?.close());

async function open(path: string, width = 1440, theme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  context.on('weberror', (error) => problems.push(error.error().message));
  const page = await context.newPage();
  await page.goto(`${address}${path}`);
  return page;
}

describe('the documentation', () => {
  it.each([
    ['/', 1440, 'light'],
    ['/tutorial.html', 390, 'dark'],
    ['/api/jobs.html', 390, 'light'],
    ['/coming-from/cloudinary.html', 1440, 'dark'],
  ] as const)(
    '%s at %d px in the %s theme is accessible, and does not scroll to the side',
    async (path, width, theme) => {
      const page = await open(path, width, theme);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.evaluate(axe.source);
      // VitePress itself: its navigation on narrow screens, and the grey of its code on grey.
      const { violations } = await page.evaluate<axe.AxeResults>(
        `axe.run('.vp-doc', { rules: { 'color-contrast': { enabled: false }, 'scrollable-region-focusable': { enabled: false } } })`,
      );
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await page.context().close();
    },
  );

  it('is searched in the browser', async () => {
    const page = await open('/');
    await page
      .getByRole('button', { name: /search/i })
      .first()
      .click();
    await page.getByRole('searchbox').fill('undo a job');
    await page
      .getByRole('option', { name: /Undo a job/ })
      .first()
      .click();
    await page.waitForURL(/\/undo\.html/);
    await page.context().close();
  });

  it('converts the URL of another product, and says what has no equivalent', async () => {
    const page = await open('/coming-from/cloudinary.html');
    await page
      .getByLabel('URL', { exact: true })
      .fill('res.cloudinary.com/shop/image/upload/c_limit,w_300,u_frame/a.jpg');
    await page.getByText('/is/image/shop/a?wid=300&fit=constrain').waitFor();
    await page.getByText('u_frame has no equivalent.').waitFor();
    await page.getByLabel('URL', { exact: true }).fill('https://example.com/');
    await page.getByText('This is no image URL').waitFor();
    await page.context().close();
  });

  it('has each page as Markdown, a list of them for language models, and a page for what is missing', async () => {
    const read = async (path: string) => {
      const response = await fetch(`${address}${path}`);
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      };
    };
    expect(await read('/jobs.md')).toMatchObject({ status: 200, type: 'text/markdown; charset=utf-8' });
    expect((await read('/llms.txt')).text).toContain('/how-to/go-back.md');
    expect(await read('/nothing.html')).toMatchObject({ status: 404, text: expect.stringContaining('404') });
  });
});
