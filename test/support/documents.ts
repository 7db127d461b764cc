import { globSync, readFileSync } from 'node:fs';

/** Every page that the project publishes, by its path from the root. */
export const documentFiles = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md').sort(),
  ...globSync('packages/*/README.md').sort(),
];

export const readDocument = (file: string) => readFileSync(file, 'utf8');

/** The page without its fenced code blocks. */
export const withoutCode = (page: string) => page.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '');

/** The text between `<!-- name` and `<!-- /name -->`; '' if the page has no such markers. */
export function marked(page: string, name: string): string {
  const [, rest = ''] = page.split(new RegExp(`<!-- ${name}\\b[^>]*-->`));
  return rest.split(`<!-- /${name} -->`)[0] ?? '';
}

/** Cells of the table rows in a text, without its heading and ruler. */
export function tableRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor);
    seen.set(anchor, (before ?? 0) + 1);
    return before === undefined ? anchor : `${anchor}-${before}`;
  });
}
