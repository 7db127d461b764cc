/**
 * The canonical form of an image query. Part of the edge function, at most 10,240 bytes of ECMAScript 5.1 with arrow functions,
 * `const` and template literals. delivery-path.ts, compose-text.ts and this file must not use classes, destructuring, spread,
 * default arguments or `for … of`, nor methods that the runtime lacks (Array flat, flatMap, at; String at, normalize;
 * Object.fromEntries; Map, Set).
 */
import { composeText } from './compose-text.ts';

/** Begins the name of each pair of a query whose `&` was HTML-escaped, once or several times. */
const escapedAmpersand = /^(amp;)+/i;

/** Requests in requests in requests. */
export const maxNesting = 3;

interface Entry {
  /** Counted from the end of the query. Each preset ends one. */
  readonly segment: number;
  /** Empty for the composite. */
  readonly layer: string;
  /** Place in the table. Presets and variables come first. */
  readonly rank: number;
  readonly text: string;
}

/** The image that the path of an address names. */
interface ImagePath {
  readonly company: string;
  readonly id: string;
}

/**
 * The canonical form: commands in the order of the table, names as in the table, values with one spelling, without defaults
 * at the end of a list and without commands that have no effect. If a command is repeated, the last one counts. Layers are in
 * the order of their numbers, each once; what belongs to no layer is before them. Presets (`$name$`) stay in their positions,
 * because a command before a preset can be changed by it. Variables (`$name=value`) are put into the values that use them, or
 * kept if a preset may use them. Comments (`.text`) and unknown names are dropped, and with `req=` what its response does not depend
 * on. Wrong values stay as they are: the image server refuses them.
 *
 * It is the edge's cache key: two queries with the same meaning have the same canonical form.
 * @param grammar the text of edge-grammar.ts
 * @returns a function of a query as sent, without `?`, and of the image in the path: `$object$` stands for its id. The query is
 * split first and percent-decoded afterwards
 */
export function queryCanonicaliser(grammar: string): (query: string, path?: ImagePath) => string {
  const tables = grammar.split('|');
  const commands = (tables[0] as string).split(';').map((text) => text.split(':'));
  const names = commands.map((command) => (command[0] as string).toLowerCase());
  const synonyms = (tables[1] as string).split(',');
  return (query, path) => canonical(query, path, false, 0);

  /** @param keepsVariables the query is part of one with presets, which may give variables other values */
  function canonical(
    query: string,
    path: ImagePath | undefined,
    keepsVariables: boolean,
    depth: number,
  ): string {
    const pieces = queryPieces(query);
    const presets = pieces.map((piece) => presetPattern.test(piece));
    const hasPreset = keepsVariables || presets.indexOf(true) >= 0;
    const variables: Record<string, string> = {};
    if (path && depth === 0) variables.$object$ = path.id;
    let layer = '';
    const layers = pieces.map((piece) => {
      const found = variablePattern.exec(piece);
      if (found) variables[`$${(found[1] as string).toLowerCase()}$`] = decode(found[2] as string);
      if (/^layer=/i.test(piece)) layer = layerName(decode(piece.slice(6)).toLowerCase());
      return layer;
    });
    /** Of each command of a layer, the value that counts. */
    const values: Record<string, string> = {};
    const entries: Entry[] = [];
    let segment = 0;
    // From the end: the first of each name is the one that counts.
    for (let index = pieces.length - 1; index >= 0; index--) {
      const piece = pieces[index] as string;
      const equals = piece.indexOf('=');
      const name = (equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
      const rank = names.indexOf(name);
      const command = commands[rank] || [];
      const kinds = command[1] || 'V';
      const scope = kinds.charAt(0);
      let own = layers[index] as string;
      // What is no command of a layer is the same in all. Layer 0 is the layer of commands without a layer.
      if (!presets[index] && (scope === 'V' || scope === 'O' || (scope === 'L' && own === '0'))) own = '';
      const key = `${own}=${name}`;
      if (values[key] !== undefined || name === 'layer' || (depth > 0 && scope === 'O')) continue;
      const sent = piece.slice(equals + 1);
      values[key] = '';
      if (presets[index]) {
        entries.push({ segment: segment++, layer: own, rank: -2, text: name });
      } else if (rank >= 0) {
        const decoded = equals < 0 ? '' : decode(sent);
        const value = hasPreset ? decoded : substitute(decoded, variables);
        const text =
          kinds === 'Ls'
            ? canonicalSource(equals < 0 ? '' : sent, decoded, value)
            : canonicalValue(command, value, synonyms);
        // A command without effect is left out, unless a preset before it can have the same command.
        const isEmpty =
          (value === '' && /^\w/.test(command[2] || '')) || (text === '' && /[ds]$/.test(kinds));
        const isNeedless = isEmpty || text === command[3];
        if (isNeedless && presets.slice(0, index).indexOf(true) < 0) continue;
        values[key] = text;
        entries.push({ segment: segment, layer: own, rank: rank, text: text });
      } else if (hasPreset && variablePattern.test(piece)) {
        entries.push({ segment: segment, layer: own, rank: -1, text: `${name}=${encode(decode(sent))}` });
      }
    }
    const isAlone = values['=req'] && !/^([$]|img|tmb|mask|props|validate|resolve)/.test(values['=req']);
    let current = '';
    return entries
      .filter((entry) => !isAlone || /^(req|handler|id)$/.test(names[entry.rank] || ''))
      .sort(
        (one, other) =>
          other.segment - one.segment ||
          Math.min(one.rank, 0) - Math.min(other.rank, 0) ||
          order(`${one.layer.length}${one.layer}`, `${other.layer.length}${other.layer}`) ||
          one.rank - other.rank ||
          order(one.text, other.text),
      )
      .map((entry) => {
        let text = entry.text;
        if (entry.rank >= 0) {
          const name = (commands[entry.rank] as string[])[0] as string;
          if (!hasPreset) text = usedValue(name, text, values);
          if (text === ignored) return text;
          text = `${name}=${text}`;
        }
        if (entry.rank === -1 || entry.layer === current) return text;
        current = entry.layer;
        return `layer=${current || 'comp'}&${text}`;
      })
      .filter((text) => text !== ignored)
      .join('&');

    /**
     * The canonical form of `id`, `company/id`, or a request in braces.
     * @param sent the value as sent. It is the request itself if it begins with a brace, else `decoded` is
     * @param value the decoded value, with variables
     */
    function canonicalSource(sent: string, decoded: string, value: string): string {
      const found = sourcePattern.exec(sent) || sourcePattern.exec(decoded);
      if (!found) return encodeStrictly(sourceName(value)).replace('%2F', '/');
      if (depth === maxNesting) return encodeStrictly(decoded);
      const inner = found[2] as string;
      const name = sourceName(substitute(decode(found[1] as string), hasPreset ? {} : variables));
      const slash = name.indexOf('/');
      const company = slash < 0 ? path?.company : name.slice(0, slash);
      // The variables of the request count in the request that is part of it.
      const given = hasPreset ? [] : pieces.filter((piece) => variablePattern.test(piece));
      const commands = canonical(
        given.concat(inner || '').join('&'),
        company ? { company: company, id: '' } : undefined,
        hasPreset,
        depth + 1,
      );
      return commands ? encodeStrictly(`is{${name}?${commands}}`) : encodeStrictly(name).replace('%2F', '/');
    }

    /** An id, or `company/id` of another company. */
    function sourceName(text: string): string {
      const name = composeText(text.replace(/^\//, ''));
      return path && name.indexOf(`${path.company}/`) === 0 ? name.slice(path.company.length + 1) : name;
    }
  }
}

const ignored = '&';

/** The pieces of a query. A request in braces, as the value of `src` or `mask`, is in one piece with all of its own. */
export function queryPieces(query: string): string[] {
  const pieces: string[] = [];
  let open = '';
  let depth = 0;
  query.split('&').forEach((part) => {
    const piece = part.replace(escapedAmpersand, '');
    if (depth <= 0) depth = 0;
    if (depth > 0 || /^(src|mask)=(is)?\{/i.test(piece)) {
      depth += piece.split('{').length - piece.split('}').length;
      open += open ? `&${piece}` : piece;
      if (depth > 0) return;
    }
    pieces.push(open || piece);
    open = '';
  });
  return open ? pieces.concat(open) : pieces;
}

/** Empty for the composite; a number without needless zeros; what is no number as it is. */
function layerName(text: string): string {
  if (text === 'comp') return '';
  return /^\d{1,9}$/.test(text) ? String(Number(text)) : encodeStrictly(text) || '-';
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * What of a value has a meaning beside the other commands.
 * @param values of all commands, by `=` and name
 * @returns `ignored` for nothing
 */
function usedValue(name: string, value: string, values: Readonly<Record<string, string>>): string {
  const isSide = (side: string): boolean => values[side] !== undefined;
  // With one dimension nothing is padded or cut, so all modes are equal. With none `fit` is refused.
  const isMode = /^(fit|constrain|crop|wrap|stretch|[hv]fit)(,1)?$/.test(value);
  if (name === 'fit' && isMode && isSide('=wid') !== isSide('=hei'))
    return /,1$/.test(value) ? ignored : 'fit';
  if (name === 'handler' && !/,json$/.test(values['=req'] || '')) return ignored;
  // What the server keeps is no matter of visitors.
  if (name === 'cache' && /^(on|off|validate|update)(,(on|off|validate|update))?$/.test(value))
    return /^off/.test(value) ? 'off' : ignored;
  if (name === 'qlt') {
    const fmt = values['=fmt'] || 'jpeg';
    if (/^(png|gif)|lossless$/.test(fmt) || (/^tif/.test(fmt) && !/,jpeg$/.test(fmt))) return ignored;
    if (!/^p?jpeg$/.test(fmt)) return value.replace(/,1$/, '');
  }
  return value;
}

const presetPattern = /^\$[\w.-]+\$$/;
const variablePattern = /^\$([\w.-]+)=(.*)$/;
/** `{company/id?commands}` or `is{…}`, decoded or not. */
const sourcePattern = /^(?:is)?\{([^?{}]*)(?:\?(.*))?\}$/;

/** Puts the variables into a value, each once. Unknown references stay. */
function substitute(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$[\w.-]+\$/g, (reference) => {
    const found = variables[reference.toLowerCase()];
    return found === undefined ? reference : found;
  });
}

/** @param command its four fields in the grammar */
function canonicalValue(command: readonly string[], value: string, synonyms: readonly string[]): string {
  const kinds = (command[1] as string).slice(1);
  if (kinds === 'd') return /^\d{1,12}$/.test(value) ? String(Number(value)) : '';
  if (kinds === 't') return encode(value);
  let defaults = (command[2] || '').split(',');
  if (command[0] === 'fmt') defaults = ['jpeg', 'rgb', /^(webp|avif)/i.test(value) ? 'lossy' : 'none'];
  if (command[0] === 'req') defaults = ['', /^set/i.test(value) ? 'xml' : 'text', 'utf-8'];
  let parts = value.split(',');
  if (kinds === 'c' && parts.length > 2) parts = [hexColour(parts)];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    parts[index] =
      part === '' ? defaults[index] || '' : canonicalArgument(kinds.charAt(index), part, synonyms);
  }
  while (parts.length > 1 && (parts[parts.length - 1] || '') === (defaults[parts.length - 1] || ''))
    parts.pop();
  return encode(parts.join(','));
}

function canonicalArgument(kind: string, text: string, synonyms: readonly string[]): string {
  const word = text.toLowerCase();
  if (kind === 'n') return /^[+-]?(\d{1,12}(\.\d*)?|\.\d+)$/.test(text) ? String(Number(text) || 0) : word;
  if (kind === 'c') {
    return word.replace(/^0x(?=([\da-f]{6}|[\da-f]{8})$)/, '').replace(/^([\da-f]{6})ff$/, '$1');
  }
  const synonym = synonyms.indexOf(word);
  return synonym >= 0 && synonym % 2 === 0 ? (synonyms[synonym + 1] as string) : word;
}

/** A colour of decimal numbers in hexadecimal digits; a wrong one as it is. */
function hexColour(parts: readonly string[]): string {
  const digits = parts.map((part) =>
    /^\d{1,3}$/.test(part) && Number(part) < 256 ? (Number(part) + 256).toString(16).slice(1) : 'x',
  );
  const hex = digits.join('');
  return parts.length < 5 && hex.indexOf('x') < 0 ? hex : parts.join(',');
}

/** What is not valid percent-encoding stays as it is; it has no valid value. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (_error) {
    return text;
  }
}

function encode(text: string): string {
  return encodeStrictly(text).replace(/%2C/g, ',').replace(/%24/g, '$');
}

/** Like encodeURIComponent, but also encodes the reserved characters of RFC 3986, so that a text has one spelling. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
