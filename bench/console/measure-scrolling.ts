/** How smoothly the library scrolls, beside an empty page in the same run. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { median, quantile, round } from '../support/statistics.ts';
import { traced } from './browser-trace.ts';
import { newContext } from './open-console.ts';
import { company, type StubInstallation } from './stub-installation.ts';

/** Assets that are loaded, page by page, before the library is scrolled again: what six minutes of scrolling at this speed load. */
export const deep = 20_000;

/** Pixels a second: a row of the list each 19 ms. */
const scrollSpeed = 3_000;
const scrollMs = 8_000;

export interface ScrollResult {
  readonly view: string;
  /** Assets that were loaded when it began. */
  readonly loaded: number;
  readonly frames: number;
  /** Milliseconds between frames. */
  readonly medianGapMs: number;
  readonly p95GapMs: number;
  readonly emptyMedianGapMs: number;
  readonly emptyP95GapMs: number;
  /** Part of the gaps that are at most twice the median gap of the empty scroller. */
  readonly smoothGaps: number;
  readonly rowsInDocument: number;
  readonly longTasks: number;
  /** Milliseconds of the processor in 95 % of the frames. */
  readonly p95WorkMs: number;
}

export async function measureScrolling(browser: Browser, installation: StubInstallation) {
  const context = await newContext(browser, installation);
  const page = await context.newPage();
  const scrolls: ScrollResult[] = [];
  const measure = async (view: string, loaded: number) => {
    const empty = await scrollEmpty(browser, context, installation);
    scrolls.push({ view, loaded, ...(await scroll(browser, page, empty)) });
  };
  for (const view of ['grid', 'list']) {
    await page.goto(`${installation.console}/${company}/library?view=${view}`);
    await page.waitForSelector('[data-index]');
    await measure(view, 100);
  }
  const from = performance.now();
  await page.evaluate(loadDeep);
  const loadDeepSeconds = round((performance.now() - from) / 1_000, 1);
  const devtools = await context.newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await page.evaluate(`scrollTo(0, document.body.scrollHeight / 2)`);
  await measure('list', deep);
  await page.getByRole('button', { name: 'Grid' }).click();
  await page.waitForSelector('.assets.grid [data-index]');
  await page.evaluate(`scrollTo(0, document.body.scrollHeight / 2)`);
  await measure('grid', deep);
  await context.close();
  return { loadDeepSeconds, heapMegabytes: round(usedSize / 1e6, 0), scrolls };
}

/** Goes to the end again and again, as the key End does, until so many are there. */
const loadDeep = `(async () => {
  const last = ${deep - 1};
  while (!document.querySelector('[data-index="' + last + '"]')) {
    scrollTo(0, document.body.scrollHeight);
    await new Promise(requestAnimationFrame);
  }
})()`;

/** Scrolls down at a steady speed, by the clock, and counts the rows in the document at each frame. */
const scrollSteadily = `(async () => {
  let most = 0;
  const from = scrollY;
  await new Promise(requestAnimationFrame);
  performance.mark('scroll-begin');
  const begin = performance.now();
  for (let now = begin; now - begin < ${scrollMs}; now = performance.now()) {
    scrollTo(0, from + ((now - begin) * ${scrollSpeed}) / 1000);
    most = Math.max(most, document.querySelectorAll('[data-index], .asset-place').length);
    await new Promise(requestAnimationFrame);
  }
  performance.mark('scroll-end');
  return most;
})()`;

async function scrollEmpty(
  browser: Browser,
  context: BrowserContext,
  installation: StubInstallation,
): Promise<readonly number[]> {
  const page = await context.newPage();
  await page.goto(`${installation.console}/empty`);
  await page.evaluate(`document.querySelector('#tall').style.height = '6000000px'`);
  const trace = await traced(browser, page, () => page.evaluate(scrollSteadily));
  await page.close();
  return trace.frameGaps('scroll-begin', 'scroll-end');
}

async function scroll(browser: Browser, page: Page, empty: readonly number[]) {
  await page.bringToFront();
  let rowsInDocument = 0;
  const trace = await traced(browser, page, async () => {
    rowsInDocument = await page.evaluate<number>(scrollSteadily);
  });
  const gaps = trace.frameGaps('scroll-begin', 'scroll-end');
  const limit = 2 * median(empty);
  return {
    frames: gaps.length + 1,
    medianGapMs: round(median(gaps), 1),
    p95GapMs: round(quantile(gaps, 0.95), 1),
    emptyMedianGapMs: round(median(empty), 1),
    emptyP95GapMs: round(quantile(empty, 0.95), 1),
    smoothGaps: round(gaps.filter((gap) => gap <= limit).length / gaps.length, 3),
    rowsInDocument,
    longTasks: trace.longTasks({ mark: 'scroll-begin' }, 'scroll-end').length,
    p95WorkMs: round(quantile(trace.workOfFrames('scroll-begin', 'scroll-end'), 0.95), 1),
  };
}
