import { expect, it } from 'vitest';
import type { LogEntry } from '../../../domain/jobs/job.ts';
import { csvHeader, csvRow } from '../../../domain/jobs/log-csv.ts';

const line: LogEntry = { time: '2026-11-24T08:30:00.000Z', outcome: 'begin', message: 'Begins' };

it('the CSV log has a header', () => {
  expect(csvHeader).toBe('time,asset,type,server,outcome,message,bytes\r\n');
});

it.each<[Partial<LogEntry>, string]>([
  [{}, '2026-11-24T08:30:00.000Z,,,,begin,Begins,\r\n'],
  [
    { asset: 'shoe', type: 'image', server: 'video', outcome: 'published', bytes: 0 },
    '2026-11-24T08:30:00.000Z,shoe,image,video,published,Begins,0\r\n',
  ],
  [{ message: 'a, "b"\nc' }, '2026-11-24T08:30:00.000Z,,,,begin,"a, ""b""\nc",\r\n'],
  [{ message: '=HYPERLINK("x","y")' }, `2026-11-24T08:30:00.000Z,,,,begin,"'=HYPERLINK(""x"",""y"")",\r\n`],
  ...['=1', '+1', '-1', '@x', ' =1', '\t=1'].map((asset): [Partial<LogEntry>, string] => [
    { asset },
    `2026-11-24T08:30:00.000Z,'${asset},,,begin,Begins,\r\n`,
  ]),
  [{ asset: 'a-1' }, '2026-11-24T08:30:00.000Z,a-1,,,begin,Begins,\r\n'],
])('the CSV log has a valid row for %j', (change, expected) => {
  expect(csvRow({ ...line, ...change })).toBe(expected);
});
