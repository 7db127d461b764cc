/** What a source exports, and the texts in it that a person can read, as a parser sees them. */
import { parseSync } from 'oxc-parser';

interface SourceTexts {
  /** Names that the source exports, types included. */
  readonly exported: string[];
  /** String literals, and the texts of template literals between their `${…}`; not the names of imported files. */
  readonly texts: string[];
}

/** @throws Error if the source cannot be parsed: a text that is not seen would pass every rule */
export function readSource(file: string, source: string): SourceTexts {
  const { program, module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName }) =>
      exportName.kind === 'Name' && exportName.name ? [exportName.name] : [],
    ),
  );
  return { exported, texts: textsIn(program) };
}

function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, value, source, ...children } = node as Record<string, unknown>;
  if (type === 'Literal') return typeof value === 'string' ? [value] : [];
  if (type === 'TemplateElement') return [(value as { readonly cooked: string | null }).cooked ?? ''];
  // The source of an import or export names a file.
  return [...textsIn(value), ...Object.values(children).flatMap(textsIn)];
}

/** The words of a name: `turnTable`, `turn-table` and `TURN_TABLE` have two. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
