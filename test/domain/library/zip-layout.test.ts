import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ZipFile,
  zipDescriptor,
  zipDirectory,
  zipHeader,
  zipLayout,
  zipPieces,
} from '../../../domain/library/zip-layout.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const modified = '2026-11-24T08:30:10.000Z';
const files: ZipFile[] = [
  { path: 'empty', bytes: 0, modified },
  { path: 'é/a.txt', bytes: 5, modified },
  { path: 'b.txt', bytes: 300, modified },
];

describe('The pieces of a ZIP file', () => {
  const layout = zipLayout(files);

  it.each([1, 7, 64, 1_000])('join without a gap in ranges of %i bytes', (size) => {
    const pieces = [];
    for (let from = 0; from < layout.bytes; from += size)
      pieces.push(...zipPieces(layout, from, Math.min(from + size, layout.bytes)));
    expect(pieces.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(layout.bytes);
    const ends = new Map<string, number>();
    for (const { kind, file, from, to } of pieces) {
      expect(from).toBe(ends.get(`${kind} ${file}`) ?? 0);
      ends.set(`${kind} ${file}`, to);
    }
    const headers = files.map((file) => zipHeader(file).length);
    expect(Object.fromEntries(ends)).toEqual({
      'header 0': headers[0],
      'descriptor 0': 16,
      'header 1': headers[1],
      'data 1': 5,
      'descriptor 1': 16,
      'header 2': headers[2],
      'data 2': 300,
      'descriptor 2': 16,
      'directory 3': layout.bytes - layout.directory,
    });
  });

  it('leave out what is empty, and exist without files', () => {
    const none = zipLayout([]);
    expect(none.bytes).toBe(22);
    expect(zipPieces(none, 0, 22)).toEqual([{ kind: 'directory', file: 0, from: 0, to: 22 }]);
  });
});

it('A ZIP file with a file of more than 4 GB, and one behind it, is read by Python', () => {
  const large = 0x1_00_00_00_10;
  const content = Buffer.from('behind it');
  const both: ZipFile[] = [
    { path: 'film.mov', bytes: large, modified },
    { path: 'small.txt', bytes: content.length, modified },
  ];
  const layout = zipLayout(both);
  const path = join(folder, 'large.zip');
  const file = openSync(path, 'w');
  // A hole, which takes no space on the disk.
  ftruncateSync(file, layout.bytes);
  for (const { kind, file: index, to } of zipPieces(layout, 0, layout.bytes)) {
    const one = both[index];
    const start = layout.starts[index] ?? 0;
    if (kind === 'directory') {
      expect(to).toBe(layout.bytes - layout.directory);
      writeSync(file, zipDirectory(layout, [0, crc32(content)]), 0, to, layout.directory);
    } else if (one && kind === 'header') writeSync(file, zipHeader(one), 0, to, start);
    else if (one && kind === 'descriptor')
      writeSync(file, zipDescriptor(one, 0), 0, to, start + zipHeader(one).length + one.bytes);
    else if (index === 1) writeSync(file, content, 0, to, start + zipHeader(both[1] as ZipFile).length);
  }
  closeSync(file);
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as file:
    film = file.open('film.mov')
    print(json.dumps([[(e.filename, e.file_size, e.date_time, e.external_attr >> 16) for e in file.infolist()],
        len(film.read(10)), file.read('small.txt').decode()]))
`;
  expect(JSON.parse(execFileSync('python3', ['-c', script, path]).toString())).toEqual([
    [
      ['film.mov', large, [2026, 11, 24, 8, 30, 10], 0o100644],
      ['small.txt', content.length, [2026, 11, 24, 8, 30, 10], 0o100644],
    ],
    10,
    'behind it',
  ]);
});
