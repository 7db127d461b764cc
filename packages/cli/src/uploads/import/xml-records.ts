import { SaxesParser } from 'saxes';
import { CommandError } from '../../errors/command-error.ts';
import { readText } from './read-text.ts';

/** An element with everything in it. Names are without their namespace. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
  readonly children: XmlElement[];
}

/** Bounds against files that are made to fill the memory. A set of 1,000 members with all their fields has 100,000 elements. */
const maxDepth = 64;
const maxElements = 200_000;
const maxText = 16 * 1024 * 1024;

/**
 * Reads the wanted elements of an XML file one after the other. Document types are refused: with them, entities could
 * multiply, or name other files.
 * @param wanted paths of elements, as the names of the element and of those around it: `assetArray/items`
 * @throws CommandError if the file is not well-formed, or an element is too large
 */
export async function* xmlRecords(
  file: string,
  wanted: readonly string[],
): AsyncGenerator<{ readonly path: string; readonly element: XmlElement }, void, undefined> {
  const found: { path: string; element: XmlElement }[] = [];
  const names: string[] = [];
  /** Of the wanted element that is being read, the elements that are open. */
  const open: OpenElement[] = [];
  let openPath = '';
  let elements = 0;
  let pending = 0;
  const parser = new SaxesParser();
  const fail = (problem: string) => {
    throw new CommandError(
      2,
      'import.file-broken',
      `${file}: line ${parser.line}: ${problem}`,
      'See: docs/migration.md',
    );
  };
  parser.on('error', (error) =>
    fail(`This is not well-formed XML: ${error.message.replace(/^\S*\d: /, '')}`),
  );
  parser.on('doctype', () => fail('Document types are not allowed. Remove the line with <!DOCTYPE.'));
  parser.on('opentag', ({ name: given, attributes }) => {
    pending = 0;
    const name = localName(given);
    names.push(name);
    if (names.length > maxDepth) fail(`Elements are nested deeper than ${maxDepth}.`);
    if (open.length === 0) {
      const path = wanted.find((one) => endsWith(names, one.split('/')));
      if (path === undefined) return;
      openPath = path;
      elements = 0;
    }
    elements += 1;
    if (elements > maxElements) fail(`One element contains more than ${maxElements} others.`);
    const own = Object.entries(attributes as Record<string, string>).map(([key, value]) => [
      localName(key),
      value,
    ]);
    open.push({ name, attributes: Object.fromEntries(own), text: '', children: [] });
  });
  const addText = (text: string) => {
    pending = 0;
    const current = open.at(-1);
    if (current) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    names.pop();
    const closed = open.pop();
    if (!closed) return;
    const element = { ...closed, text: closed.text.trim() };
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else found.push({ path: openPath, element });
  });
  for await (const text of readText(file)) {
    // The parser reports a text when it ends: until then it keeps all of it.
    pending += text.length;
    if (pending > maxText) fail('One text has more than 16 million characters.');
    parser.write(text);
    yield* found.splice(0);
  }
  parser.close();
  yield* found.splice(0);
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

const endsWith = (names: readonly string[], end: readonly string[]) =>
  end.every((name, index) => names[names.length - end.length + index] === name);

/** The first element with a name among the children. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The text of a child; undefined if there is none, or it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text || undefined;
}
