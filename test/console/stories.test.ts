/** What a story may use: it proves that a person can do it, so it does nothing that a person cannot. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const stories = globSync('test/console/stories/**/*.test.ts', { cwd: root });

/** Rows of the specification. */
const rows = Array.from({ length: 27 }, (_, index) => `S${index + 1}`);

/** What a story may import: nothing that calls the API or the network. It may be the server that something is fetched from. */
const allowedImports = [
  /^(vitest|playwright-core|sharp|\.\.\/support\/[\w-]+\.ts|(\.\.\/){3}samples\/[\w-]+\.ts)$/,
  /^node:(events|path|os|fs\/promises|crypto)$/,
];
const allowedLine = /^import (type .*|\{ createServer(, type Server)? \}) from /;

/** Each with a line that it refuses. */
const refused: readonly (readonly [pattern: RegExp, example: string])[] = [
  [/\bfetch\b|XMLHttpRequest|WebSocket/, "await fetch('/v1')"],
  [/\bimport\(|\brequire\b/, "const { request } = await import('node:http');"],
  [/\bas\s*\(|\bas\b\s*[,}].*=/, "await app.company.as('user').call('listJobs');"],
  [/\bevaluate\w*\s*[(<]/, "await page.evaluate('1')"],
  [/\.\$+(eval)?\(/, "await page.$('div')"],
  [/\.stores\b/, "await app.company.stores.usage.changeQuota('acme', { assets: 1 });"],
  [/\.locator\(|getByTestId|querySelector/, "page.locator('.x')"],
  [/\.(request|route|unroute|dispatchEvent|addInitScript)\b/, "page.route('**', () => {})"],
];

const breachesIn = (text: string) => {
  const lines = text.split('\n');
  return lines.filter((line) => refused.some(([pattern]) => pattern.test(line)) || !mayImport(line));
};

/** Types do nothing. */
function mayImport(line: string): boolean {
  const from = importIn(line);
  return from === undefined || allowedLine.test(line) || allowedImports.some((allowed) => allowed.test(from));
}

/** What a line imports, or exports from. */
function importIn(line: string): string | undefined {
  return /^\s*(?:import\s*|(?:import|export|\}).*\bfrom\s*)['"](.+?)['"]/.exec(line)?.[1];
}

/** The rows in the title of each story of a file. */
const titlesIn = (text: string) =>
  [...text.matchAll(/\bit(?:\.each\([^)]*\))?\(\s*['"`]([^'"`]*)/g)].map(([, title = '']) => title);
const rowsIn = (title: string) => /^(S\d+(?:, S\d+)*): /.exec(title)?.[1]?.split(', ');

describe('stories', () => {
  it.each(stories)('%s uses locators by role and text, mouse and keyboard only', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(breachesIn(text)).toEqual([]);
    expect(titlesIn(text).length).toBeGreaterThan(0);
    for (const title of titlesIn(text)) {
      const named = rowsIn(title);
      expect(named, `the title begins with its rows: ${title}`).toBeDefined();
      expect(rows, title).toEqual(expect.arrayContaining(named ?? []));
    }
  });

  it('stand for every row of the specification', () => {
    const named = stories.flatMap((file) =>
      titlesIn(readFileSync(join(root, file), 'utf8')).flatMap((title) => rowsIn(title) ?? []),
    );
    expect(rows.filter((row) => !named.includes(row))).toEqual([]);
  });

  it.each([
    "import { createClient } from '@pressroom/client/create-client';",
    "import { createClient } from '../../../packages/client/create-client.ts';",
    "import http from 'node:http';",
    "import { createServer, request } from 'node:http';",
    "} from '@aws-sdk/client-s3';",
    "import 'undici';",
    "export * from '../pages/start.test.ts';",
  ])('may not import more than a browser: %s', (line) => {
    expect(breachesIn(line)).toEqual([line]);
  });

  it.each(refused)('may not contain %s', (_, example) => {
    expect(breachesIn(example)).toEqual([example]);
  });
});
