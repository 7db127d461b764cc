import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts text between `<!-- name -->` and `<!-- /name -->` of a page.
 * @throws Error where the page has no such markers
 */
export function writeBetweenMarkers(file: string, name: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [head, rest = ''] = page.split(begin);
  const tail = rest.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} has no ${begin} … ${end}`);
  writeFileSync(file, `${head}${begin}\n${text}\n${end}${tail}`);
}
