import { readFileSync, writeFileSync } from 'node:fs';

/**
 * A page with other text between `<!-- name -->` and `<!-- /name -->`.
 * @throws Error where the page has no such markers
 */
export function withTextBetweenMarkers(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [head, rest = ''] = page.split(begin);
  const tail = rest.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`The page has no ${begin} … ${end}`);
  return `${head}${begin}\n${text}\n${end}${tail}`;
}

/** Writes text between the markers of a file: see `withTextBetweenMarkers`. */
export function writeBetweenMarkers(file: string, name: string, text: string): void {
  writeFileSync(file, withTextBetweenMarkers(readFileSync(file, 'utf8'), name, text));
}
