/** Blocks of code in the pages that no test runs: each is read by the parser of its language. */
import { spawnSync } from 'node:child_process';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CodeBlock, codeBlocksOf } from '../support/code-blocks.ts';
import { documentFiles } from '../support/documents.ts';

/** Type-checked and run by packages/client/test/package.test.ts. */
const checkedElsewhere = ({ file, language }: CodeBlock) =>
  file === 'packages/client/README.md' && language === 'ts';

const blocks = documentFiles
  .flatMap((file) => codeBlocksOf(file))
  .filter((block) => !checkedElsewhere(block));

/** `<company>` stands for a value: a shell would read a file of that name. `[options]` is a usage line. */
const filledIn = (text: string) =>
  text.replace(/<[a-z][\w .…-]*>/gi, 'value').replace(/\[[\w. -]+\]/g, 'value');

const parsers: Readonly<Record<string, (text: string) => void>> = {
  sh(text) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: filledIn(text), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  },
  json(text) {
    // A part of an object is shown without its braces.
    const complete = text.replaceAll('[…]', '[]');
    JSON.parse(complete.trimStart().startsWith('"') ? `{${complete}}` : complete);
  },
  yaml(text) {
    parse(text);
  },
  js: (text) => void transformSync(text, { loader: 'js' }),
  ts: (text) => void transformSync(text, { loader: 'ts' }),
  tsx: (text) => void transformSync(text, { loader: 'tsx' }),
};

/** Languages that no parser here reads, each with the reason. */
const unread: Readonly<Record<string, string>> = {
  '': 'text, requests and responses, or commands of other tools',
  csv: 'tables and XML of imports, which the tests of the import read',
  html: 'browsers read everything',
  xml: 'as csv',
  python: 'one example of another language, from the libraries of Standard Webhooks',
};

/** @returns what is wrong with a block; undefined if its parser reads it */
function problemOf({ file, line, language, text }: CodeBlock): string | undefined {
  if (language in unread) return undefined;
  const read = parsers[language];
  if (read === undefined) return `${file}:${line}: no parser for ${language}`;
  try {
    read(text);
    return undefined;
  } catch (error) {
    return `${file}:${line}: ${error instanceof Error ? error.message : error}`;
  }
}

describe('the blocks of code', () => {
  it('are many, and some are run', () => {
    expect(blocks.length).toBeGreaterThan(200);
    expect(blocks.filter(({ mark }) => mark === 'run').length).toBeGreaterThan(30);
  });

  it.each([...new Set(blocks.map(({ file }) => file))])('of %s can be read', (file) => {
    expect(blocks.filter((block) => block.file === file).flatMap((block) => problemOf(block) ?? [])).toEqual(
      [],
    );
  });

  it('of the tutorial all are run', () => {
    expect(codeBlocksOf('docs/tutorial.md').filter(({ mark }) => mark === undefined)).toEqual([]);
  });
});

describe('the check itself', () => {
  it.each([
    ['sh', 'if true; then'],
    ['json', '{ "a": }'],
    ['yaml', 'a: [1'],
    ['ts', 'const a: = 1'],
    ['cobol', 'STOP RUN.'],
  ])('finds a fault in %s', (language, text) => {
    const page = `1. List\n\n   \`\`\`${language}\n   ${text}\n   \`\`\`\n`;
    expect(codeBlocksOf('a.md', page).map(problemOf)).toEqual([expect.stringContaining('a.md:3: ')]);
  });
});
