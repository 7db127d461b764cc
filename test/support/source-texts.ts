/**
 * What a source says to people and what it exports, read without a parser: TypeScript 7 has none for programs.
 */

/** Before these a slash begins a regular expression, not a division. */
const beforePattern = /(?:[([{,;=:!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))$/;

interface SourceTexts {
  /** Texts of string literals, and of template literals between their `${…}`. */
  readonly texts: string[];
  /** The source with each comment and text replaced by a blank. */
  readonly code: string;
}

/** Splits a source into its texts and its code. Comments are in neither. */
export function splitSource(source: string): SourceTexts {
  const texts: string[] = [];
  let code = '';
  let at = 0;
  /** For each open `${`: how many braces are open in it. */
  const braces: number[] = [];

  const readTemplate = () => {
    const start = at;
    while (at < source.length && source[at] !== '`' && !source.startsWith('${', at))
      at += source[at] === '\\' ? 2 : 1;
    texts.push(source.slice(start, at));
    if (source.startsWith('${', at)) {
      braces.push(0);
      at += 2;
    } else at += 1;
    code += ' ';
  };

  while (at < source.length) {
    const character = source[at] as string;
    const open = braces.length - 1;
    if (source.startsWith('//', at)) at = endOf('\n', at);
    else if (source.startsWith('/*', at)) at = endOf('*/', at) + 2;
    else if (character === "'" || character === '"') {
      const start = ++at;
      while (at < source.length && source[at] !== character) at += source[at] === '\\' ? 2 : 1;
      texts.push(source.slice(start, at));
      at += 1;
      code += ' ';
    } else if (character === '`') {
      at += 1;
      readTemplate();
    } else if (character === '}' && braces[open] === 0) {
      braces.pop();
      at += 1;
      readTemplate();
    } else if (character === '/' && (code.trim() === '' || beforePattern.test(code.trimEnd()))) {
      let isInClass = false;
      for (
        at += 1;
        at < source.length && (source[at] !== '/' || isInClass);
        at += source[at] === '\\' ? 2 : 1
      ) {
        if (source[at] === '[') isInClass = true;
        if (source[at] === ']') isInClass = false;
      }
      at += 1;
      code += ' ';
    } else {
      if (open >= 0 && character === '{') braces[open] = (braces[open] ?? 0) + 1;
      if (open >= 0 && character === '}') braces[open] = (braces[open] ?? 0) - 1;
      code += character;
      at += 1;
    }
  }
  return { texts, code };

  function endOf(mark: string, from: number): number {
    const index = source.indexOf(mark, from + 1);
    return index < 0 ? source.length : index;
  }
}

/** The names that a source exports. */
export function exportedNames(source: string): string[] {
  const { code } = splitSource(source);
  const declared = [
    ...code.matchAll(
      /\bexport\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|const\s+enum|const|let|var|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g,
    ),
  ].map(([, name = '']) => name);
  const listed = [...code.matchAll(/\bexport\s+(?:type\s+|const\s+)?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((one) =>
        one
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+|\s*:\s*/)
          .at(-1),
      )
      .filter((name): name is string => name !== undefined && name !== ''),
  );
  return [...declared, ...listed].filter((name) => name !== 'type');
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
