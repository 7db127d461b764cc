/** How soon the first row of a page can be used, on a slow network and processor. */
import type { Browser, BrowserContext } from 'playwright-core';
import { median, round } from '../support/statistics.ts';
import { traced } from './browser-trace.ts';
import { newContext } from './open-console.ts';
import { company, type StubInstallation } from './stub-installation.ts';

/** Megabits a second, milliseconds of each request, and how much slower the processor is. */
export const slow = { megabits: 9, latencyMs: 170, processor: 4 };

const loads = 3;

/** Milliseconds: other work of the machine may slow a measurement down, which is then seen in its result. */
const patienceMs = 120_000;

/** What is the first row of a page. */
const pages = [
  { page: 'library', path: '/library', row: '[data-index]' },
  { page: 'library, as a list', path: '/library?view=list', row: '[data-index]' },
  { page: 'start', path: '', row: '.short-list li' },
  { page: 'jobs', path: '/jobs', row: 'tbody a[href*="/jobs/"]' },
] as const;

export interface LoadResult {
  readonly page: string;
  /** Milliseconds, the median and each run. */
  readonly firstRowMs: number;
  readonly runs: readonly number[];
  /** The same with the files of the visit before in the browser's cache. */
  readonly againMs: number;
  /** Kilobytes through the network until then. */
  readonly kilobytes: {
    readonly script: number;
    readonly style: number;
    readonly picture: number;
    readonly other: number;
  };
  readonly longTasks: number;
  /** Milliseconds of the longest one, with the slow processor. */
  readonly longestTaskMs: number;
  readonly layoutShift: number;
}

export async function measureLoads(browser: Browser, installation: StubInstallation): Promise<LoadResult[]> {
  const measured: LoadResult[] = [];
  for (const one of pages) measured.push(await measurePage(browser, installation, one));
  return measured;
}

async function measurePage(
  browser: Browser,
  installation: StubInstallation,
  { page, path, row }: (typeof pages)[number],
): Promise<LoadResult> {
  const address = `${installation.console}/${company}${path}`;
  const first: Awaited<ReturnType<typeof measureLoad>>[] = [];
  const again: number[] = [];
  for (let at = 0; at < loads; at += 1) {
    const context = await newContext(browser, installation);
    await context.addInitScript(markFirst(row));
    first.push(await measureLoad(browser, context, address));
    again.push((await measureLoad(browser, context, address)).firstRowMs);
    await context.close();
  }
  const runs = first.map((one) => round(one.firstRowMs, 0));
  console.log(`${page}: ${runs.join(', ')} ms`);
  const middle = first.toSorted((a, b) => a.firstRowMs - b.firstRowMs)[Math.floor(loads / 2)];
  if (!middle) throw new Error('Nothing was measured');
  return {
    page,
    firstRowMs: round(median(runs), 0),
    runs,
    againMs: round(median(again), 0),
    kilobytes: middle.kilobytes,
    longTasks: middle.longTasks.length,
    longestTaskMs: round(Math.max(0, ...middle.longTasks), 0),
    layoutShift: round(Math.max(...first.map((one) => one.layoutShift)), 4),
  };
}

async function measureLoad(browser: Browser, context: BrowserContext, address: string) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const bytesPerSecond = (slow.megabits * 1_000_000) / 8;
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slow.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow.processor });
  const trace = await traced(browser, page, async () => {
    await page.goto(address, { timeout: patienceMs });
    await page.waitForFunction(`performance.getEntriesByName('first-row').length > 0`, undefined, {
      timeout: patienceMs,
    });
    // What moves afterwards counts, too: pictures, and what is read last.
    await page.waitForLoadState('networkidle', { timeout: patienceMs });
  });
  await page.close();
  const { script, style, picture, other } = trace.bytesUntil('first-row');
  const kilobytes = (bytes: number) => round(bytes / 1_000, 0);
  return {
    firstRowMs: trace.millisecondsTo('first-row', address),
    kilobytes: {
      script: kilobytes(script),
      style: kilobytes(style),
      picture: kilobytes(picture),
      other: kilobytes(other),
    },
    longTasks: trace.longTasks({ navigation: address }, 'first-row'),
    layoutShift: trace.layoutShift(),
  };
}

/** Marks the frame after the one in which the first row appears: it has been painted then. */
const markFirst = (row: string) => `
  new MutationObserver((_, observer) => {
    if (!document.querySelector(${JSON.stringify(row)})) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('first-row')));
  }).observe(document, { subtree: true, childList: true });
`;
