/**
 * Measures how the console feels, from the trace of the browser: how soon the first row of a page can be used on a slow
 * network and processor, and how smoothly a library of 100,000 assets scrolls. `npm run bench -- console` writes
 * bench/results/console.json and docs/performance.md. The console is the one that ships; the API behind it is a stub
 * (bench/console/stub-installation.ts), so that the library costs no time and the processor belongs to the browser.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../test/support/chromium.ts';
import { type LoadResult, measureLoads, slow } from './console/measure-loads.ts';
import { deep, measureScrolling, type ScrollResult } from './console/measure-scrolling.ts';
import { startStubInstallation } from './console/stub-installation.ts';
import { machine, today } from './support/machine.ts';
import { writeBetweenMarkers } from './support/marked-text.ts';
import { round } from './support/statistics.ts';

const root = join(import.meta.dirname, '..');
const resultFile = join(import.meta.dirname, 'results', 'console.json');

/** What the console has to hold. */
export const consoleTargets = {
  /** Milliseconds from the navigation to the first row that can be used. */
  firstRowMs: 2_500,
  /** Part of the frame gaps that are at most twice the median gap of an empty scroller. */
  smoothGaps: 0.95,
  rowsInDocument: 200,
} as const;

const assets = 100_000;
export interface ConsoleResults {
  readonly measured: string;
  readonly machine: string;
  readonly browser: string;
  /** Processes that waited for a processor, on average over the last 5 minutes. */
  readonly load: number;
  readonly slow: typeof slow;
  readonly loads: readonly LoadResult[];
  /** Seconds until so many assets were loaded by going to the end again and again. */
  readonly loadDeepSeconds: number;
  readonly heapMegabytes: number;
  readonly scrolls: readonly ScrollResult[];
}

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'console-bench-'));
  const installation = await startStubInstallation(assets, folder);
  const browser = await launchChromium();
  try {
    const measured = await measureLoads(browser, installation);
    const scrolled = await measureScrolling(browser, installation);
    if (installation.unknown.length > 0)
      throw new Error(`The stub does not know ${[...new Set(installation.unknown)].join(', ')}`);
    const results: ConsoleResults = {
      measured: today(),
      machine: machine(),
      browser: `Chromium ${browser.version()}`,
      load: round(loadavg()[1] ?? 0, 1),
      slow,
      loads: measured,
      ...scrolled,
    };
    writeFileSync(resultFile, `${JSON.stringify(results, null, 2)}\n`);
    writeBetweenMarkers(join(root, 'docs', 'performance.md'), 'console-figures', consoleTables(results));
    console.log(consoleTables(results));
    const missed = missedTargets(results);
    if (missed.length > 0) throw new Error(`The console misses its targets: ${missed.join('; ')}`);
  } finally {
    await browser.close();
    await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a result does not hold, in words. */
export function missedTargets({
  loads: measured,
  scrolls,
}: Pick<ConsoleResults, 'loads' | 'scrolls'>): readonly string[] {
  const { firstRowMs, smoothGaps, rowsInDocument } = consoleTargets;
  return [
    ...measured
      .filter((one) => one.firstRowMs > firstRowMs)
      .map((one) => `the first row of ${one.page} takes ${one.firstRowMs} ms`),
    ...scrolls
      .filter((one) => one.smoothGaps < smoothGaps)
      .map((one) => `${one.smoothGaps} of the frames of ${one.view} at ${one.loaded} are in time`),
    ...scrolls
      .filter((one) => one.rowsInDocument > rowsInDocument)
      .map((one) => `${one.view} has ${one.rowsInDocument} rows in the document`),
  ];
}

const rowOf = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** The results as docs/performance.md shows them. */
export function consoleTables(results: ConsoleResults): string {
  const { loads: measured, scrolls, loadDeepSeconds, heapMegabytes } = results;
  return [
    rowOf([
      'page',
      'first row, ms',
      'each run',
      'second visit, ms',
      'script, kB',
      'style, kB',
      'API and others, kB',
      'long tasks',
      'longest, ms',
      'layout shift',
    ]),
    rowOf(Array.from({ length: 10 }, () => '---')),
    ...measured.map((one) =>
      rowOf([
        one.page,
        one.firstRowMs,
        one.runs.join(', '),
        one.againMs,
        one.kilobytes.script,
        one.kilobytes.style,
        one.kilobytes.other,
        one.longTasks,
        one.longestTaskMs,
        one.layoutShift,
      ]),
    ),
    '',
    rowOf([
      'view',
      'assets loaded',
      'frames',
      'gap, ms: median',
      '95 %',
      'empty scroller: median',
      '95 %',
      'gaps in time',
      'rows in the document',
      'long tasks',
      'processor, ms a frame: 95 %',
    ]),
    rowOf(Array.from({ length: 11 }, () => '---')),
    ...scrolls.map((one) =>
      rowOf([
        one.view,
        one.loaded.toLocaleString('en-US'),
        one.frames,
        one.medianGapMs,
        one.p95GapMs,
        one.emptyMedianGapMs,
        one.emptyP95GapMs,
        `${round(one.smoothGaps * 100, 1)} %`,
        one.rowsInDocument,
        one.longTasks,
        one.p95WorkMs,
      ]),
    ),
    '',
    `Going to the end of the list until ${deep.toLocaleString('en-US')} assets were loaded took ${loadDeepSeconds} s; the page then had ${heapMegabytes} MB of objects.`,
    '',
    `Measured ${results.measured} with ${results.browser} on ${results.machine}, while ${results.load} processes waited for a processor on average.`,
  ].join('\n');
}

/** What the page says, for a test. */
export function readConsoleResults(): ConsoleResults {
  return JSON.parse(readFileSync(resultFile, 'utf8')) as ConsoleResults;
}
