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
  [{ message: 'a, "b"\nc' }, '2026-11-24T08:30:00.000Z,,,,begin,"a, ""b"" c",\r\n'],
  [{ message: '=HYPERLINK("x","y")' }, `2026-11-24T08:30:00.000Z,,,,begin,"'=HYPERLINK(""x"",""y"")",\r\n`],
  ...['=1', '+1', '-1', '@x', ' =1', '  =1'].map((asset): [Partial<LogEntry>, string] => [
    { asset },
    `2026-11-24T08:30:00.000Z,'${asset},,,begin,Begins,\r\n`,
  ]),
  [{ asset: '\t=1' }, "2026-11-24T08:30:00.000Z,' =1,,,begin,Begins,\r\n"],
  [{ asset: 'a-1' }, '2026-11-24T08:30:00.000Z,a-1,,,begin,Begins,\r\n'],
])('the CSV log has a valid row for %j', (change, expected) => {
  expect(csvRow({ ...line, ...change })).toBe(expected);
});

it.each([
  ['a line feed', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['a new row', 'a\r\nb'],
  ['a tab', 'a\tb'],
  ['NUL', 'a\u0000b'],
  ['a bell', 'a\u0007b'],
  ['a terminal code', 'a\u001bb'],
  ['DEL', 'a\u007fb'],
  ['a C1 control', 'a\u009bb'],
  ['a line separator', 'a\u2028b'],
  ['a right-to-left override', 'a\u202eb'],
  ['an isolate', 'a\u2066b'],
])('a row of the CSV log has a space in place of %s', (_, message) => {
  expect(csvRow({ ...line, message })).toBe('2026-11-24T08:30:00.000Z,,,,begin,a b,\r\n');
});
