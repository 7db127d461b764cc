import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, documentFiles, readDocument, withoutCode } from '../support/documents.ts';

/** Targets of links and images, in Markdown or HTML. */
function linksIn(page: string): string[] {
  const text = withoutCode(page).replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"/g)].map(
    ([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '',
  );
}

/** @returns what is wrong with a link; undefined if its target exists */
function problemOf(file: string, page: string, link: string): string | undefined {
  if (/^(https?:|mailto:)/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(target)) return `${file}: ${link} does not exist`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  const anchors = anchorsOf(path === '' ? page : readDocument(target));
  return anchors.includes(anchor) ? undefined : `${file}: ${link} names no heading of ${target}`;
}

const roots =
  'domain|application|adapters|functions|statemachines|packages|local|infra|test|bench|samples|scripts|docs';

/** Files and folders of the repository that a page names in backticks; patterns and placeholders are left out. */
function pathsIn(page: string): string[] {
  return [...page.matchAll(new RegExp(`\`((?:${roots})/[\\w./-]*)\``, 'g'))]
    .map(([, path = '']) => path)
    .filter((path) => !/^application\/(json|x-ndjson|zip)$/.test(path));
}

describe('the pages', () => {
  it.each(documentFiles)('%s links only to files and headings that exist', (file) => {
    const page = readDocument(file);
    expect(linksIn(page).flatMap((link) => problemOf(file, page, link) ?? [])).toEqual([]);
  });

  it.each(documentFiles)('%s names only files and folders that exist', (file) => {
    // The README of a package names paths of the package, or of the repository.
    const isThere = (path: string) => existsSync(path) || existsSync(join(dirname(file), path));
    expect(pathsIn(readDocument(file)).filter((path) => !isThere(path))).toEqual([]);
  });

  it('are all reachable from the README', () => {
    const reached = new Set<string>();
    const open = ['README.md'];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      for (const link of linksIn(readDocument(file))) {
        const target = join(dirname(file), link.split('#')[0] ?? '');
        if (target.endsWith('.md') && existsSync(target)) open.push(target);
        else if (target.endsWith('decisions/')) open.push(...globSync(`${target}*.md`));
      }
    }
    expect(documentFiles.filter((file) => file.startsWith('docs/') && !reached.has(file))).toEqual([]);
  });
});

it('sources refer only to pages that exist', () => {
  const sources = globSync(
    '{domain,application,adapters,functions,infra,local,packages,bench,scripts}/**/*.{ts,mjs}',
    {
      exclude: ['**/node_modules/**'],
    },
  );
  const pages = globSync('docs/**/*.{md,svg,webp}');
  const named = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/-]+(?:\.\w+)?/g)].map(([name]) => ({ file, name })),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(({ name }) => !pages.some((page) => page.startsWith(name)))).toEqual([]);
});

describe('the check itself', () => {
  it('finds a missing file, a missing heading and nothing else', () => {
    const page = '# Title\n[a](#title) [b](#other) [c](nowhere.md) [d](README.md) ![e](docs/pressroom.svg)';
    expect(linksIn(page).flatMap((link) => problemOf('README.md', page, link) ?? [])).toEqual([
      'README.md: #other names no heading of README.md',
      'README.md: nowhere.md does not exist',
    ]);
  });

  it('numbers repeated headings and keeps letters, digits, hyphens and underscores', () => {
    expect(anchorsOf('# A `b_c`, d-e!\n## A `b_c`, d-e!\n```\n# no\n```')).toEqual([
      'a-b_c-d-e',
      'a-b_c-d-e-1',
    ]);
  });
});
