import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readAccessLog } from '../../../adapters/cloudfront/read-access-log.ts';
import { accessLog } from '../../support/access-log.ts';

const companies = new Set(['luma', 'acme']);

const read = (bytes: Buffer) => readAccessLog(bytes, companies);

describe('an access log', () => {
  it('is added up by company and day', async () => {
    const log = accessLog([
      ['2026-11-24', '/is/image/luma/red', 1_000],
      ['2026-11-24', '/is/image/luma/blue', 500],
      ['2026-11-23', '/is/content/luma/a', 10],
      ['2026-11-24', '/e2/acme/film', 7],
      ['2026-11-24', '/preview/token/is/image/acme/red', 3],
    ]);
    expect(await read(log)).toEqual([
      { company: 'acme', day: '2026-11-24', requests: 2, bytes: 10 },
      { company: 'luma', day: '2026-11-23', requests: 1, bytes: 10 },
      { company: 'luma', day: '2026-11-24', requests: 2, bytes: 1_500 },
    ]);
  });

  it('counts no company that does not exist, no other path and no line that is none', async () => {
    const log = accessLog([
      ['2026-11-24', '/is/image/nobody/red', 1],
      ['2026-11-24', '/robots.txt', 1],
      ['yesterday', '/is/image/luma/red', 1],
      ['2026-11-24', '/is/image/luma/red', '-'],
    ]);
    expect(await read(log)).toEqual([{ company: 'luma', day: '2026-11-24', requests: 1, bytes: 0 }]);
  });

  it('without requests is nothing', async () => {
    expect(await read(accessLog([]))).toEqual([]);
    expect(await read(gzipSync(''))).toEqual([]);
  });

  it.each([
    [
      'without the fields that are counted',
      gzipSync('#Fields: date time\n2026-11-24\t08:30\n'),
      'does not name the fields',
    ],
    ['without a list of fields', gzipSync('2026-11-24\t08:30\n'), 'does not name the fields'],
    ['that is not compressed', Buffer.from('#Fields: date\n'), 'incorrect header check'],
    [
      'that is cut off',
      accessLog([['2026-11-24', '/is/image/luma/red', 1]]).subarray(0, -9),
      'unexpected end of file',
    ],
  ])('%s is an error', async (_, log, message) => {
    await expect(read(log)).rejects.toThrow(message);
  });
});
