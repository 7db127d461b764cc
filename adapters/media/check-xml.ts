/**
 * Checks that XML is well-formed, and that it runs and loads nothing where it is shown. An SVG can contain programs: it is
 * delivered from the same domain as all files of a company, and could act as any page of that domain.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { outsideReference } from './css-references.ts';

export interface CheckedXml {
  readonly kind: 'svg' | 'xhtml' | 'ttml' | 'xml';
  /** Pixels of an SVG that has a size or a view box. */
  readonly width?: number;
  readonly height?: number;
}

const svg = 'http://www.w3.org/2000/svg';
const xhtml = 'http://www.w3.org/1999/xhtml';
/** Namespaces of captions: that of the standard, and those of its drafts, which DFXP files use. */
const ttml = /^http:\/\/www\.w3\.org\/(?:ns\/ttml|20\d\d\/(?:04|10)\/ttaf1)$/;
const xlink = 'http://www.w3.org/1999/xlink';
const xml = 'http://www.w3.org/XML/1998/namespace';

const svgThatRuns = new Set(['script', 'handler', 'listener', 'foreignObject', 'iframe', 'object', 'embed']);
const xhtmlThatRuns = new Set([
  'script',
  'iframe',
  'object',
  'embed',
  'applet',
  'link',
  'meta',
  'base',
  'form',
]);
const animations = new Set([
  'animate',
  'animateColor',
  'animateMotion',
  'animateTransform',
  'set',
  'discard',
]);

/**
 * Nested elements. No document needs so many, and the parser searches all of them for a namespace: with 100,000 it would
 * take hours.
 */
const maxDepth = 128;

/**
 * @param options `allowActive`: XML may contain code that browsers run; SVG never may
 * @throws Failure `upload.file-refused` that says what is wrong and where
 */
export function checkXml(text: string, options: { readonly allowActive: boolean }): CheckedXml {
  const parser = new SaxesParser({ xmlns: true });
  let checked: CheckedXml | undefined;
  let place = { line: 1, column: 0 };
  let depth = 0;
  let style: string | undefined;
  let stylesheet = false;
  const here = () => ({ line: parser.line, column: parser.column });
  const refuse = (problem: string, { line, column } = place) =>
    refusedFile(
      `The ${checked?.kind === 'svg' ? 'SVG' : 'XML'} ${problem} (line ${line}, column ${column + 1})`,
    );
  const isChecked = () =>
    checked?.kind === 'svg' || (checked !== undefined && checked.kind !== 'xhtml' && !options.allowActive);

  parser.on('error', ({ message }) => {
    throw refuse(`is not well-formed: ${message.replace(/^\d+:\d+: /, '')}`, here());
  });
  parser.on('doctype', (doctype) => {
    if (/<!(?:ENTITY|ATTLIST)/.test(doctype)) {
      throw refuse('declares entities or attributes in its DOCTYPE, which are not allowed', here());
    }
    const [, address] = /["']([^"']*)["']\s*(?:\[|$)/.exec(doctype) ?? [];
    if (/^\s*svg\b/.test(doctype) && address && !/^https?:\/\/www\.w3\.org\//.test(address)) {
      throw refuse(`has a DOCTYPE from ${address}; only those of www.w3.org are allowed`, here());
    }
  });
  parser.on('processinginstruction', ({ target }) => {
    if (target === 'xml-stylesheet') stylesheet = true;
  });
  parser.on('opentagstart', () => {
    place = here();
    depth += 1;
    if (depth > maxDepth) throw refuse(`has more than ${maxDepth} nested elements`);
  });
  parser.on('opentag', (tag) => {
    if (!checked) {
      checked = readRoot(tag);
      if (tag.uri === '' && tag.local === 'svg') {
        throw refuse(`has no namespace: write <svg xmlns="${svg}">`);
      }
    }
    if (!isChecked()) return;
    if (stylesheet) throw refuse('loads a style sheet (xml-stylesheet)');
    const problem = problemOfTag(tag, checked.kind === 'svg');
    if (problem !== undefined) throw refuse(problem);
    if (tag.uri === svg && tag.local === 'style') style = '';
  });
  const addStyle = (part: string) => {
    if (style !== undefined) style += part;
  };
  parser.on('text', addStyle);
  parser.on('cdata', addStyle);
  parser.on('closetag', ({ uri, local }) => {
    depth -= 1;
    if (style === undefined || uri !== svg || local !== 'style') return;
    const outside = outsideReference(style);
    style = undefined;
    if (outside !== undefined) throw refuse(`has a style that loads ${shorten(outside)}`);
  });

  parser.write(text).close();
  if (!checked) throw refuse('has no element');
  return checked;
}

function readRoot(tag: SaxesTagNS): CheckedXml {
  if (tag.uri === xhtml && tag.local === 'html') return { kind: 'xhtml' };
  if (tag.local === 'tt' && ttml.test(tag.uri)) return { kind: 'ttml' };
  if (tag.uri !== svg || tag.local !== 'svg') return { kind: 'xml' };
  const read = (name: string) => tag.attributes[name]?.value ?? '';
  const [, , boxWidth, boxHeight] = read('viewBox')
    .trim()
    .split(/[\s,]+/);
  const width = pixels(read('width')) ?? pixels(boxWidth ?? '');
  const height = pixels(read('height')) ?? pixels(boxHeight ?? '');
  return { kind: 'svg', ...(width && height ? { width, height } : {}) };
}

/** @returns undefined for other units, and for less than one pixel */
function pixels(length: string): number | undefined {
  const [, number] = /^\s*\+?(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(length) ?? [];
  const value = Math.round(Number(number));
  return value >= 1 && value <= 1_000_000 ? value : undefined;
}

/** @returns what is wrong with an element, as the rest of a sentence that starts with "The SVG" */
function problemOfTag({ uri, local, name, attributes }: SaxesTagNS, inSvg: boolean): string | undefined {
  if (uri === xhtml && (inSvg || xhtmlThatRuns.has(local))) return `contains the HTML element <${name}>`;
  if (uri === svg && svgThatRuns.has(local)) return `contains <${name}>`;
  if (uri !== svg && uri !== xhtml) return undefined;
  for (const attribute of Object.values(attributes)) {
    const { value } = attribute;
    if (attribute.uri === '' && /^on/i.test(attribute.local)) {
      return `has the event handler ${attribute.local} on <${name}>`;
    }
    if (attribute.uri === xml && attribute.local === 'base') return 'has an xml:base';
    const isReference =
      (attribute.uri === '' || attribute.uri === xlink) &&
      /^(?:href|src|action|formaction)$/.test(attribute.local);
    if (isReference ? !isInside(local, value) : outsideReference(value) !== undefined) {
      return `refers to ${shorten(value)} in ${attribute.name} of <${name}>; it may refer only to its own content`;
    }
    if (animations.has(local) && attribute.local === 'attributeName' && /(?:href|^\s*on)/i.test(value)) {
      return `animates ${value.trim()} in <${name}>`;
    }
  }
  return undefined;
}

/** Links may lead to pages and images may be embedded. All other references must stay in the same file. */
function isInside(element: string, reference: string): boolean {
  // Browsers ignore tabs and line breaks in addresses, and trim them.
  const address = reference.replace(/[\t\n\r]/g, '').trim();
  if (address === '' || address.startsWith('#')) return true;
  if (element === 'a') return /^(?:https?|mailto):/i.test(address);
  return (
    (element === 'image' || element === 'feImage' || element === 'img') && /^data:image\//i.test(address)
  );
}

function shorten(text: string): string {
  return text.length <= 80 ? `"${text}"` : `"${text.slice(0, 79)}…"`;
}
