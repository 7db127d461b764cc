import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFormulaSafe } from '../../../domain/formula-safe.ts';
import { fakeFetch, json } from '../../client/test/fake-fetch.ts';
import type { Column } from '../src/command.ts';
import { completionScript } from '../src/command-line/completion-script.ts';
import { completionsOf } from '../src/command-line/completions-of.ts';
import { commandTable, groups } from '../src/command-table.ts';
import { csvLine } from '../src/output/csv-line.ts';
import { formatBytes, formatDuration, formatTime } from '../src/output/format.ts';
import { editDistance, nearTexts } from '../src/output/nearest.ts';
import { paintFor, plain } from '../src/output/paint.ts';
import { tableText } from '../src/output/table-text.ts';
import { runCli, temporaryFolder } from './run-cli.ts';

describe('Texts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [999_600, '1.00 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ])('show %i bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.25, '0.3 s'],
    [59, '59 s'],
    [61, '1 min 01 s'],
    [3_725, '1 h 02 min'],
  ])('show %f seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('show times to the second', () =>
    expect(formatTime('2026-11-24T08:30:00.123Z')).toBe('2026-11-24 08:30:00'));

  it.each([
    ['red-sheo', ['red-shoe', 'blue-shoe', 'hat'], ['red-shoe']],
    ['RED-SHOE', ['red-shoe'], ['red-shoe']],
    ['shoe', ['red-shoe', 'hat'], ['red-shoe']],
    ['xyz', ['red-shoe'], []],
  ])('near %s of %j are %j', (wrong, known, near) => expect(nearTexts(wrong, known)).toEqual(near));

  it('have a distance that is symmetric, and 0 for the same text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('of CSV files are no formulas, by the rule of the API', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('=1', ' +1', "'-1", '@x', '\t=')), (text) => {
        const line = csvLine([text]);
        const cell = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
        expect(cell).toBe(toFormulaSafe(text));
      }),
    );
    expect(csvLine(['a,b', 'c"d', 'e\nf', 3, true, undefined, ['x']])).toBe(
      '"a,b","c""d","e\nf",3,true,,"[""x""]"',
    );
  });
});

describe('Colour', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])('on %j with %j: %s', (stream, env, isColoured) => {
    expect(paintFor(stream, env)('red', 'a') !== 'a').toBe(isColoured);
  });
});

describe('Tables', () => {
  const columns: Column<{ readonly id: string; readonly size: number }>[] = [
    { title: 'ID', cell: ({ id }) => id },
    { title: 'SIZE', right: true, cell: ({ size }) => String(size) },
  ];

  it('align their columns by the first rows, and hold back no more', () => {
    const table = tableText(columns, plain);
    const lines: string[] = [];
    for (let row = 0; row < 1_000; row += 1) {
      lines.push(...table.add({ id: `id-${row}`, size: row }));
      if (row === 500) expect(lines).toHaveLength(502);
    }
    lines.push(...table.end());
    expect(lines.slice(0, 3)).toEqual(['ID      SIZE', 'id-0       0', 'id-1       1']);
    expect(lines).toHaveLength(1_001);
  });

  it('keep a line break of a cell inside its row', () => {
    const table = tableText(columns, plain);
    table.add({ id: 'a\nb', size: 1 });
    expect(table.end()).toEqual(['ID   SIZE', 'a b     1']);
  });
});

describe('A long list with --json', () => {
  it('waits while its reader is slower', async () => {
    const asset = {
      id: 'a',
      type: 'image',
      mimeType: 'image/png',
      bytes: 1,
      folder: '/',
      fileName: 'a.png',
      version: 1,
      intent: 'live',
      published: false,
      publications: {},
      urls: {},
      uploadedAt: '2026-11-24T08:30:00.000Z',
      created: '2026-11-24T08:30:00.000Z',
      createdBy: 'ann',
      modified: '2026-11-24T08:30:00.000Z',
      modifiedBy: 'ann',
    };
    const { fetch, sent } = fakeFetch(({ url }) => {
      const page = Number(new URL(url).searchParams.get('cursor') ?? 0);
      const items = Array.from({ length: 100 }, (_, index) => ({ ...asset, id: `a${page}-${index}` }));
      return json(200, { items, ...(page < 4 ? { next: String(page + 1) } : {}) });
    });
    const { lines, exitCode } = await runCli(['ls', '/', '--below', '--json'], { fetch });
    expect(exitCode).toBe(0);
    expect(lines).toHaveLength(500);
    expect(sent).toHaveLength(5);
    const few = await runCli(['ls', '/', '--below', '--max', '3', '--json'], { fetch });
    expect(few.lines).toHaveLength(3);
  });
});

describe('Completion', () => {
  const completions = completionsOf(commandTable, groups);

  it('of bash completes commands, options and their words', () => {
    const script = join(temporaryFolder(), 'completion.bash');
    writeFileSync(script, completionScript('bash', completions));
    const complete = (...words: string[]) =>
      execFileSync('bash', [
        '-c',
        `source ${script}; COMP_WORDS=(pressroom "$@"); COMP_CWORD=$#; _pressroom; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ])
        .toString()
        .trim()
        .split('\n');
    expect(complete('job')).toEqual(['jobs']);
    expect(complete('jobs', 'su')).toEqual(['submit']);
    expect(complete('jobs', 'submit', '--ty')).toEqual(['--type']);
    expect(complete('jobs', 'submit', '--type', 'f')).toEqual(['full', 'full-with-search']);
    expect(complete('sets', 'presets', '')).toEqual(['ls', 'put', 'rm']);
    expect(complete('completion', 'f')).toEqual(['fish']);
    expect(complete('trash', 'e')).toEqual(['empty']);
  });

  it.each(['bash', 'zsh', 'fish'] as const)('of %s has every command and option', async (shell) => {
    const { stdout, exitCode } = await runCli(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const { path, options } of commandTable) {
      expect(stdout).toContain(path.split(' ').at(-1));
      for (const name of Object.keys(options))
        expect(stdout).toContain(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
    }
  });
});
