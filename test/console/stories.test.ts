/** What a story may use: it proves that a person can do it, so it does nothing that a person cannot. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const stories = globSync('test/console/stories/**/*.test.ts', { cwd: root });

/** Each with a line that it refuses. */
const refused: readonly (readonly [pattern: RegExp, example: string])[] = [
  [/\bfetch\s*\(/, "await fetch('/v1')"],
  [/@pressroom\/|packages\//, "import { createClient } from '@pressroom/client/create-client';"],
  [/\.as\(/, "await app.company.as('user').call('listJobs');"],
  [/\bevaluate\w*\s*[(<]/, "await page.evaluate('1')"],
  [/\.\$+(eval)?\(/, "await page.$('div')"],
  [/\.locator\(|getByTestId|querySelector/, "page.locator('.x')"],
  [/\.(request|route|unroute|dispatchEvent|addInitScript)\b/, "page.route('**', () => {})"],
];

const breachesIn = (text: string) =>
  text.split('\n').filter((line) => refused.some(([pattern]) => pattern.test(line)));

describe('stories', () => {
  it.each(stories)('%s uses locators by role and text, mouse and keyboard only', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(breachesIn(text)).toEqual([]);
    expect(text, 'the name of each story begins with its row').toMatch(/it\(\s*['"`]S\d+(, S\d+)*: /);
  });

  it.each(refused)('may not contain %s', (_, example) => {
    expect(breachesIn(example)).toEqual([example]);
  });
});
