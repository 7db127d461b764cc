import { describe, expect, it } from 'vitest';
import { readTrace } from '../../bench/console/browser-trace.ts';
import { consoleTables, missedTargets, readConsoleResults } from '../../bench/console.ts';
import { readDocument } from '../support/documents.ts';

const results = readConsoleResults();

describe('the measured console', () => {
  it('is quoted in docs/performance.md as it was measured', () => {
    expect(readDocument('docs/performance.md')).toContain(consoleTables(results));
  });

  it('never has more than 200 rows in the document', () => {
    expect(results.scrolls.map(({ rowsInDocument }) => rowsInDocument <= 200)).not.toContain(false);
  });

  it('names what it does not hold', () => {
    const [load] = results.loads;
    const [scroll] = results.scrolls;
    if (!load || !scroll) throw new Error('Nothing was measured');
    const good = {
      loads: [{ ...load, firstRowMs: 2_500 }],
      scrolls: [{ ...scroll, smoothGaps: 0.95, rowsInDocument: 200 }],
    };
    expect(missedTargets(good)).toEqual([]);
    expect(missedTargets({ ...good, loads: [{ ...load, firstRowMs: 2_501 }] })).toHaveLength(1);
    const slow = { ...scroll, smoothGaps: 0.94, rowsInDocument: 201 };
    expect(missedTargets({ ...good, scrolls: [slow] })).toHaveLength(2);
  });
});

describe('a trace of the browser', () => {
  const page = { pid: 1, tid: 2, args: {} };
  const address = 'https://console/bench';
  const event = (name: string, milliseconds: number, more = {}) => ({
    ...page,
    name,
    ts: milliseconds * 1_000,
    ...more,
  });
  const trace = readTrace([
    event('navigationStart', 0, { args: { data: { documentLoaderURL: 'https://console/other' } } }),
    event('navigationStart', 100, { args: { data: { documentLoaderURL: address } } }),
    event('ResourceSendRequest', 110, { args: { data: { requestId: 'a', url: `${address}/app.js` } } }),
    event('ResourceFinish', 120, { args: { data: { requestId: 'a', encodedDataLength: 5 } } }),
    event('ResourceFinish', 900, { args: { data: { requestId: 'a', encodedDataLength: 7 } } }),
    event('RunTask', 130, { dur: 60_000 }),
    event('RunTask', 200, { dur: 49_000 }),
    event('RunTask', 130, { dur: 80_000, tid: 3 }),
    event('LayoutShift', 300, { args: { data: { score: 0.1, had_recent_input: false } } }),
    event('LayoutShift', 300, { args: { data: { score: 0.5, had_recent_input: true } } }),
    event('first-row', 600),
    event('begin', 1_000),
    ...[1_000, 1_016, 1_049].map((at) => event('DrawFrame', at, { tid: 9 })),
    ...[1_001, 1_017].map((at) => event('FireAnimationFrame', at)),
    event('RunTask', 1_000.5, { dur: 9_000, tdur: 4_000 }),
    event('RunTask', 1_020, { dur: 2_000, tdur: 1_000 }),
    event('end', 1_060),
  ]);

  it('says when a mark was reached after the navigation', () => {
    expect(trace.millisecondsTo('first-row', address)).toBe(500);
  });

  it('has the long tasks of the main thread of the page', () => {
    expect(trace.longTasks({ navigation: address }, 'first-row')).toEqual([60]);
  });

  it('has the bytes by type until a mark, and the shifts that nobody caused', () => {
    expect(trace.bytesUntil('first-row')).toEqual({ script: 5, style: 0, picture: 0, other: 0 });
    expect(trace.layoutShift()).toBe(0.1);
  });

  it('has the gaps between frames, and the work in each', () => {
    expect(trace.frameGaps('begin', 'end')).toEqual([16, 33]);
    expect(trace.workOfFrames('begin', 'end')).toEqual([4, 1]);
  });

  it('is refused without a mark or a navigation', () => {
    expect(() => trace.millisecondsTo('missing', address)).toThrow('no mark "missing"');
    expect(() => trace.millisecondsTo('first-row', 'https://elsewhere')).toThrow('no navigation');
  });
});
