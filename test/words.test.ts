/**
 * The words that the writing style refuses (docs/writing-style.md): in exported names and file names, and in docs and
 * texts that people see.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentFiles, readDocument } from './support/documents.ts';
import { readSource, wordsOf } from './support/source-texts.ts';

/** Refused as a whole word of a name, with the words to use instead (docs/glossary.md). */
const refusedWords: ReadonlyMap<string, string> = new Map(
  (
    [
      ['tell tells told telling', 'notify, emit, log or detect'],
      ['forget forgets forgot forgotten', 'invalidate'],
      ['mend mends mended mending', 'reconcile or repair'],
      ['turn turns turned turning', 'enable, disable or toggle'],
      ['calmly', 'with backoff'],
      ['passing', 'transient'],
      ['answer answers answered', 'response'],
      ['verdict verdicts', 'decision'],
      ['hole holes', 'missing members'],
      ['whoever', 'the name of the actor'],
    ] as const
  ).flatMap(([words, instead]) => words.split(' ').map((word) => [word, instead])),
);

/** Refused where another word follows: `mostThings` becomes `maxThings`, and `isAtLeast` is fine. */
const refusedPrefixes: Readonly<Record<string, string>> = { most: 'max', least: 'min', longest: 'max' };

/** Refused side by side. */
const refusedPairs: Readonly<Record<string, string>> = { 'goes on': 'isRunning' };

/** Refused in docs and in texts that people see. */
const refusedPhrases = /\bis told\b|\bwhoever\b|\bwhom\b|\bshall\b|\banew\b|\bmended\b/gi;

/** Names and files that keep a refused word, each with its reason. */
const allowedNames: Readonly<Record<string, string>> = {};
const allowedFiles: Readonly<Record<string, string>> = {
  'docs/writing-style.md': 'lists the refused words',
};

const folders = [
  'domain',
  'application',
  'adapters',
  'functions',
  'statemachines',
  'packages',
  'local',
  'infra',
  'bench',
  'samples',
  'scripts',
  'smoke',
].filter((folder) => existsSync(folder));

const sources = folders
  .flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx,mjs}`, {
      exclude: ['**/node_modules/**', '**/fixtures/**', '**/dist/**'],
    }),
  )
  .filter((file) => !/\/test\//.test(file))
  .map((file) => ({ file, ...readSource(file, readFileSync(file, 'utf8')) }));

/** @returns the refused word in a name, and what to write instead; undefined if there is none */
function refusalOf(name: string): string | undefined {
  const words = wordsOf(name);
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const instead =
      refusedWords.get(word) ??
      (next === undefined ? undefined : (refusedPrefixes[word] ?? refusedPairs[`${word} ${next}`]));
    if (instead !== undefined) return `${name}: "${word}", write ${instead}`;
  }
  return undefined;
}

const phrasesIn = (text: string) => (text.match(refusedPhrases) ?? []).map((phrase) => phrase.toLowerCase());

describe('the sources', () => {
  it('are more than 400 files', () => {
    expect(sources.length).toBeGreaterThan(400);
  });

  it('have no refused word in the name of a file or folder', () => {
    const names = new Set(sources.flatMap(({ file }) => file.split('/')));
    expect(
      [...names].filter((name) => !(name in allowedNames)).flatMap((name) => refusalOf(name) ?? []),
    ).toEqual([]);
  });

  it('export no name with a refused word', () => {
    const found = sources.flatMap(({ file, exported }) =>
      exported
        .filter((name) => !(name in allowedNames))
        .flatMap((name) => refusalOf(name) ?? [])
        .map((refusal) => `${file}: ${refusal}`),
    );
    expect(found).toEqual([]);
  });

  // Every text of a source can reach a person: as an error, a log entry, a mail, a description in the OpenAPI document,
  // an alarm or a line of `npm start`.
  it('have no refused phrase in a text', () => {
    const found = [
      ...sources,
      ...globSync('statemachines/*.json').map((file) => ({
        file,
        texts: readFileSync(file, 'utf8').split('\n'),
      })),
    ].flatMap(({ file, texts }) =>
      texts.filter((text) => phrasesIn(text).length > 0).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the pages', () => {
  const pages = [...documentFiles, ...globSync('docs/*.svg')].filter((file) => !(file in allowedFiles));

  it.each(pages)('%s has no refused phrase and no refused word in its name', (file) => {
    expect(phrasesIn(readDocument(file))).toEqual([]);
    expect(refusalOf(basename(file))).toBeUndefined();
  });
});

describe('the exceptions', () => {
  it('are all needed', () => {
    const exported = new Set(sources.flatMap((source) => source.exported));
    expect(Object.keys(allowedNames).filter((name) => !exported.has(name))).toEqual([]);
    for (const file of Object.keys(allowedFiles)) expect(phrasesIn(readDocument(file))).not.toEqual([]);
  });
});

describe('the check itself', () => {
  it.each([
    ['turnTable', 'turn'],
    ['turn-table.ts', 'turn'],
    ['mostThings', 'most'],
    ['atLeastTwo', 'least'],
    ['longestRoad', 'longest'],
    ['goesOn', 'goes'],
    ['shortAnswer', 'answer'],
    ['passing-cloud.ts', 'passing'],
    ['TellingSigns', 'telling'],
  ])('refuses %s', (name, word) => {
    expect(refusalOf(name)).toContain(`"${word}"`);
  });

  it.each([
    'ReturnedRequest',
    'isWhole',
    'isAtLeast',
    'bypassing',
    'almostFull',
    'passengerName',
    'goesOnline',
  ])('accepts %s', (name) => {
    expect(refusalOf(name)).toBeUndefined();
  });

  it('finds a planted name among the exports of a source', () => {
    const source = `
      // export const mostComments = 1;
      const text = 'export const mostTexts = 1;';
      export async function tellStory() {}
      export const fine = 1;
      export { fine as verdictAbout, type Kind } from './kind.ts';
      export interface Hole {}`;
    const { exported } = readSource('planted.ts', source);
    expect(exported.toSorted()).toEqual(['Hole', 'Kind', 'fine', 'tellStory', 'verdictAbout']);
    expect(exported.flatMap((name) => refusalOf(name) ?? [])).toHaveLength(3);
  });

  it('finds a planted phrase in every kind of text, and none in comments and code', () => {
    const source = [
      "import { x } from './shall.ts';",
      "const a = 'it is told';",
      'const b = "whoever", c = `$' + '{a ? `nobody $' + '{"whom"}` : {}} shall`;',
      '// started anew',
      '/* mended */ const mended = a / b / 2;',
      'const d = /it\\/s "mended"/;',
    ].join('\n');
    const { texts } = readSource('planted.ts', source);
    expect(texts.flatMap(phrasesIn).toSorted()).toEqual(['is told', 'shall', 'whoever', 'whom']);
  });
});
