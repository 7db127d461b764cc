/** What the browser's own trace says: times of marks, frames, long tasks, bytes and shifts of the layout. */
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds of the processor. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: {
    readonly data?: {
      readonly encodedDataLength?: number;
      readonly requestId?: string;
      readonly url?: string;
      readonly score?: number;
      readonly had_recent_input?: boolean;
      readonly documentLoaderURL?: string;
    };
  };
}

/** Milliseconds from which on a task of the main thread is long (W3C Long Tasks). */
const longTaskMs = 50;

const categories = [
  'blink.user_timing',
  'loading',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
];

export interface BrowserTrace {
  /** Milliseconds from the navigation to this address until a mark. */
  millisecondsTo(mark: string, address: string): number;
  /** Milliseconds between two frames that were drawn, from one mark to another. */
  frameGaps(from: string, to: string): readonly number[];
  /** Milliseconds of each long task of the page's main thread between the navigation and a mark, or between two marks. */
  longTasks(from: { readonly navigation: string } | { readonly mark: string }, to: string): readonly number[];
  /**
   * Milliseconds that the page's main thread used a processor in each frame, from one mark to another. Other work of the
   * machine delays frames, but does not change this.
   */
  workOfFrames(from: string, to: string): readonly number[];
  /** Bytes that came through the network, by the type of the address, until a mark. */
  bytesUntil(mark: string): Readonly<Record<'script' | 'style' | 'picture' | 'other', number>>;
  /** The sum of all shifts of the layout that nobody has caused by a key or a click. */
  layoutShift(): number;
}

/** Traces what `work` does in a page. */
export async function traced(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<BrowserTrace> {
  await browser.startTracing(page, { categories });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  return readTrace(traceEvents);
}

/** @param events in any order */
export function readTrace(events: readonly TraceEvent[]): BrowserTrace {
  const markOf = (name: string) => {
    const found = events.find((event) => event.name === name);
    if (!found) throw new Error(`The trace has no mark "${name}"`);
    return found;
  };
  const navigationTo = (address: string) => {
    const found = events.filter(
      ({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL === address,
    );
    const last = found.at(-1);
    if (!last) throw new Error(`The trace has no navigation to ${address}`);
    return last;
  };
  return {
    millisecondsTo: (mark, address) => (markOf(mark).ts - navigationTo(address).ts) / 1_000,
    frameGaps(from, to) {
      const [begin, end] = [markOf(from), markOf(to)];
      const drawn = events
        .filter(
          ({ name, pid, ts }) => name === 'DrawFrame' && pid === begin.pid && ts >= begin.ts && ts <= end.ts,
        )
        .map(({ ts }) => ts)
        .sort((a, b) => a - b);
      return drawn.slice(1).map((ts, index) => (ts - (drawn[index] ?? ts)) / 1_000);
    },
    workOfFrames(from, to) {
      const [begin, end] = [markOf(from), markOf(to)];
      const own = events.filter(
        ({ pid, tid, ts }) => pid === end.pid && tid === end.tid && ts >= begin.ts && ts <= end.ts,
      );
      const starts = own
        .filter(({ name }) => name === 'FireAnimationFrame')
        .map(({ ts }) => ts)
        .sort((a, b) => a - b);
      const work = starts.map(() => 0);
      for (const { name, ts, tdur = 0 } of own) {
        if (name !== 'RunTask') continue;
        // A task with the callbacks of a frame begins a little before them.
        const frame = starts.findLastIndex((start) => start <= ts + tdur);
        if (frame >= 0) work[frame] = (work[frame] ?? 0) + tdur / 1_000;
      }
      return work;
    },
    longTasks(from, to) {
      const end = markOf(to);
      const begin = 'mark' in from ? markOf(from.mark) : navigationTo(from.navigation);
      return events
        .filter(
          ({ name, pid, tid, ts, dur = 0 }) =>
            name === 'RunTask' &&
            pid === end.pid &&
            tid === end.tid &&
            ts >= begin.ts &&
            ts <= end.ts &&
            dur >= longTaskMs * 1_000,
        )
        .map(({ dur = 0 }) => dur / 1_000);
    },
    bytesUntil(mark) {
      const end = markOf(mark).ts;
      const urls = new Map(
        events.flatMap(({ name, args: { data } }) =>
          name === 'ResourceSendRequest' && data?.requestId !== undefined
            ? [[data.requestId, data.url ?? '']]
            : [],
        ),
      );
      // A file that is named several times in a page comes once, and each mention ends with its size.
      const sizes = new Map<string, number>();
      for (const { name, ts, args } of events) {
        const url = urls.get(args.data?.requestId ?? '');
        if (name !== 'ResourceFinish' || ts > end || url === undefined) continue;
        sizes.set(url, Math.max(sizes.get(url) ?? 0, args.data?.encodedDataLength ?? 0));
      }
      const bytes = { script: 0, style: 0, picture: 0, other: 0 };
      for (const [url, size] of sizes) bytes[kindOf(url)] += size;
      return bytes;
    },
    layoutShift: () =>
      events.reduce(
        (sum, { name, args: { data } }) =>
          name === 'LayoutShift' && data?.had_recent_input === false ? sum + (data.score ?? 0) : sum,
        0,
      ),
  };
}

function kindOf(url: string): 'script' | 'style' | 'picture' | 'other' {
  const path = url.replace(/\?.*/, '');
  if (path.endsWith('.js')) return 'script';
  if (path.endsWith('.css')) return 'style';
  return /\/is\/image\/|\.svg$/.test(path) ? 'picture' : 'other';
}
