/**
 * Checks that XML is well-formed, and that it runs and loads nothing where it is shown. An SVG can contain programs: it is
 * delivered from the same domain as all files of a company, and could act as any page of that domain.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { type CssReferences, cssReferences } from './css-references.ts';
import { countDrawnElements, maxDrawnElements } from './drawn-elements.ts';

export interface CheckedXml {
  readonly kind: 'svg' | 'xhtml' | 'ttml' | 'xml';
  /** Pixels of an SVG that has a size or a view box. */
  readonly width?: number;
  readonly height?: number;
}

const svg = 'http://www.w3.org/2000/svg';
const xhtml = 'http://www.w3.org/1999/xhtml';
const mathml = 'http://www.w3.org/1998/Math/MathML';
/** Namespaces of captions: that of the standard, and those of its drafts, which DFXP files use. */
const ttml = /^http:\/\/www\.w3\.org\/(?:ns\/ttml|20\d\d\/(?:04|10)\/ttaf1)$/;
const xlink = 'http://www.w3.org/1999/xlink';
const xml = 'http://www.w3.org/XML/1998/namespace';

const svgThatRuns = new Set(['script', 'handler', 'listener', 'iframe', 'object', 'embed']);
/** HTML that only shows text: what feeds and documentation formats embed. Everything else of HTML is refused. */
const xhtmlText = new Set(
  (
    'a abbr acronym address b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em ' +
    'figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike ' +
    'strong style sub sup table tbody td tfoot th thead tr tt u ul var wbr'
  ).split(' '),
);
const xhtmlAttributes = new Set(
  (
    'abbr align alt axis bgcolor border cellpadding cellspacing char charoff cite class clear color colspan compact ' +
    'datetime dir face headers height href hreflang hspace id lang media name noshade nowrap rel rev rowspan rules ' +
    'scope size span src start style summary tabindex target title type valign value vspace width'
  ).split(' '),
);
/** Paint servers. A reference to one repeats nothing. */
const paints = new Set(['linearGradient', 'radialGradient', 'solidColor', 'color-profile', 'font']);
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

/** Characters that entities of a DOCTYPE may add in all. Illustrator's are namespaces, used a few times each. */
const maxEntityText = 100_000;

/**
 * @param options `allowActive`: XML may contain code that browsers run; SVG never may
 * @throws Failure `upload.file-refused` that says what is wrong and where
 */
export function checkXml(text: string, options: { readonly allowActive: boolean }): CheckedXml {
  const parser = new SaxesParser({ xmlns: true });
  let checked: CheckedXml | undefined;
  let place = { line: 1, column: 0 };
  let depth = 0;
  /** The depth of the outermost open <foreignObject>. */
  let foreign: number | undefined;
  const drawn = countDrawnElements();
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
    if (/<!ATTLIST/.test(doctype)) {
      throw refuse('declares attributes in its DOCTYPE, which is not allowed', here());
    }
    const entities = readEntities(doctype);
    if (typeof entities === 'string') throw refuse(entities, here());
    let added = 0;
    for (const [name, value] of entities) {
      // The first declaration counts, and the five of XML itself stay as they are.
      if (Object.hasOwn(parser.ENTITIES, name) || /^(?:amp|lt|gt|quot|apos)$/.test(name)) continue;
      Object.defineProperty(parser.ENTITIES, name, {
        get: () => {
          added += value.length;
          if (added > maxEntityText) throw refuse('repeats the entities of its DOCTYPE too often', here());
          return value;
        },
      });
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
    if (foreign !== undefined && (tag.uri === svg || tag.uri === xhtml || tag.uri === mathml)) {
      throw refuse(`contains <${tag.name}> in a <foreignObject>`);
    }
    if (tag.uri === svg && tag.local === 'foreignObject') foreign ??= depth;
    const references: string[] = [];
    const problem = problemOfTag(tag, checked.kind === 'svg', references);
    if (problem !== undefined) throw refuse(problem);
    drawn.open(
      paints.has(tag.local) ? undefined : tag.attributes.id?.value,
      paints.has(tag.local) ? [] : references,
    );
    if (isStyle(tag)) style = '';
  });
  const addStyle = (part: string) => {
    if (style !== undefined) style += part;
  };
  parser.on('text', addStyle);
  parser.on('cdata', addStyle);
  parser.on('closetag', (tag) => {
    if (foreign === depth) foreign = undefined;
    depth -= 1;
    if (!isChecked()) return;
    drawn.close();
    if (style === undefined || !isStyle(tag)) return;
    const { outside } = cssReferences(style);
    style = undefined;
    if (outside !== undefined) throw refuse(`has a style that loads ${shorten(outside)}`);
  });

  parser.write(text).close();
  if (!checked) throw refuse('has no element');
  if (drawn.count() > maxDrawnElements) {
    throw refuse(
      `draws more than ${maxDrawnElements.toLocaleString('en')} elements, as it repeats parts of itself by reference`,
      { line: 1, column: 0 },
    );
  }
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

/**
 * @param references receives the ids of parts that the element refers to
 * @returns what is wrong with an element, as the rest of a sentence that starts with "The SVG"
 */
function problemOfTag(
  { uri, local, name, attributes }: SaxesTagNS,
  inSvg: boolean,
  references: string[],
): string | undefined {
  if (uri === xhtml && (inSvg || !xhtmlText.has(local))) return `contains the HTML element <${name}>`;
  if (uri === svg && svgThatRuns.has(local)) return `contains <${name}>`;
  if (uri !== svg && uri !== xhtml && uri !== mathml) return undefined;
  for (const attribute of Object.values(attributes)) {
    const { value } = attribute;
    if (attribute.uri === '' && /^on/i.test(attribute.local)) {
      return `has the event handler ${attribute.local} on <${name}>`;
    }
    if (attribute.uri === xml && attribute.local === 'base') return 'has an xml:base';
    if (uri === xhtml && attribute.uri === '' && !isHarmless(attribute.local)) {
      return `has the attribute ${attribute.name} on the HTML element <${name}>`;
    }
    const isReference =
      (attribute.uri === '' || attribute.uri === xlink) &&
      /^(?:href|src|action|formaction|altimg|cite)$/.test(attribute.local);
    const css = isReference ? readReference(local, value) : readCss(value);
    if (css.outside !== undefined) {
      return `refers to ${shorten(value)} in ${attribute.name} of <${name}>; it may refer only to its own content`;
    }
    if (local !== 'a') references.push(...css.ids);
    if (animations.has(local) && attribute.local === 'attributeName' && /(?:href|^\s*on)/i.test(value)) {
      return `animates ${value.trim()} in <${name}>`;
    }
  }
  return undefined;
}

function isHarmless(attribute: string): boolean {
  return xhtmlAttributes.has(attribute) || /^(?:data|aria)-|^(?:xmlns|role)$/.test(attribute);
}

function isStyle({ uri, local }: { readonly uri: string; readonly local: string }): boolean {
  return local === 'style' && (uri === svg || uri === xhtml);
}

function readReference(element: string, address: string): CssReferences {
  if (!isInside(element, address)) return { outside: address, ids: [] };
  const trimmed = address.trim();
  return { ids: trimmed.startsWith('#') ? [trimmed.slice(1)] : [] };
}

function readCss(value: string): CssReferences {
  // Without these characters there is no function, no escape and no at-rule.
  return /[(\\@]/.test(value) ? cssReferences(value) : { ids: [] };
}

/**
 * The entities that a DOCTYPE declares, as Illustrator does for its namespaces. Only plain text is accepted: an entity with
 * markup, with other entities or from another file is not.
 * @returns what is wrong, as the rest of a sentence
 */
function readEntities(doctype: string): readonly (readonly [name: string, value: string])[] | string {
  const entities: (readonly [string, string])[] = [];
  for (const [, declaration = ''] of doctype.matchAll(/<!ENTITY([^>]*)/g)) {
    const [, name = '', double, single] =
      /^\s+([A-Za-z_][\w.-]*)\s+(?:"([^"]*)"|'([^']*)')\s*$/.exec(declaration) ?? [];
    const value = double ?? single;
    if (value === undefined || /[<&%]/.test(value)) {
      return `declares the entity ${shorten(declaration.trim())} in its DOCTYPE; only entities of plain text are allowed`;
    }
    entities.push([name, value]);
  }
  return entities;
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
