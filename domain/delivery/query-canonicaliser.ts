/**
 * The canonical form of an image query. Part of the edge function, at most 10,240 bytes of ECMAScript 5.1 with arrow functions,
 * `const` and template literals. delivery-path.ts, compose-text.ts and this file must not use classes, destructuring, spread,
 * default arguments or `for … of`, nor methods that the runtime lacks (Array flat, flatMap, at; String at, normalize;
 * Object.fromEntries; Map, Set).
 */
/** Begins the name of each pair of a query whose `&` was HTML-escaped, once or several times. */
const escapedAmpersand = /^(amp;)+/i;

interface Entry {
  /** Counted from the end of the query. Each preset ends one. */
  readonly segment: number;
  /** Place in the table. Presets and variables come first. */
  readonly rank: number;
  readonly text: string;
}

/**
 * The canonical form: commands in the order of the table, names as in the table, values with one spelling, without defaults
 * at the end of a list and without commands that have no effect. If a command is repeated, the last one counts. Presets
 * (`$name$`) stay in their positions, because a command before a preset can be changed by it. Variables (`$name=value`) are
 * put into the values that use them, or kept if a preset may use them. Comments (`.text`) and unknown names are dropped, and with
 * `req=` what its response does not depend on.
 * Wrong values stay as they are: the image server refuses them.
 *
 * It is the edge's cache key: two queries with the same meaning have the same canonical form.
 * @param grammar the text of edge-grammar.ts
 * @returns a function of a query as sent, without `?`. It is split first and percent-decoded afterwards
 */
export function queryCanonicaliser(grammar: string): (query: string) => string {
  const tables = grammar.split('|');
  const commands = (tables[0] as string).split(';').map((text) => text.split(':'));
  const names = commands.map((command) => (command[0] as string).toLowerCase());
  const synonyms = (tables[1] as string).split(',');
  return (query) => {
    const pieces = query.split('&').map((piece) => piece.replace(escapedAmpersand, ''));
    const presets = pieces.map((piece) => presetPattern.test(piece));
    const hasPreset = presets.indexOf(true) >= 0;
    const variables: Record<string, string> = {};
    pieces.forEach((piece) => {
      const found = variablePattern.exec(piece);
      if (found) variables[`$${(found[1] as string).toLowerCase()}$`] = decode(found[2] as string);
    });
    /** Of each command, the value that counts. */
    const values: Record<string, string> = {};
    const entries: Entry[] = [];
    let segment = 0;
    // From the end: the first of each name is the one that counts.
    for (let index = pieces.length - 1; index >= 0; index--) {
      const piece = pieces[index] as string;
      const equals = piece.indexOf('=');
      const name = (equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
      if (values[`=${name}`] !== undefined) continue;
      const rank = names.indexOf(name);
      const value = equals < 0 ? '' : decode(piece.slice(equals + 1));
      values[`=${name}`] = '';
      if (presets[index]) {
        entries.push({ segment: segment++, rank: -2, text: name });
      } else if (rank >= 0) {
        const command = commands[rank] as string[];
        const text = canonicalValue(command, hasPreset ? value : substitute(value, variables), synonyms);
        // A command without effect is left out, unless a preset before it can have the same command.
        const isEmpty = (value === '' && /^\w/.test(command[2] || '')) || (text === '' && command[1] === 'd');
        const isNeedless = isEmpty || text === command[3];
        if (isNeedless && presets.slice(0, index).indexOf(true) < 0) continue;
        values[`=${name}`] = text;
        entries.push({ segment: segment, rank: rank, text: text });
      } else if (hasPreset && variablePattern.test(piece)) {
        entries.push({ segment: segment, rank: -1, text: `${name}=${encode(value)}` });
      }
    }
    const isAlone = values['=req'] && !/^([$]|img|tmb|mask|props|validate|resolve)/.test(values['=req']);
    return entries
      .map((entry) => {
        if (entry.rank < 0) return entry;
        const name = (commands[entry.rank] as string[])[0] as string;
        const text = hasPreset ? entry.text : usedValue(name, entry.text, values);
        return {
          segment: entry.segment,
          rank: entry.rank,
          text: text === ignored ? text : `${name}=${text}`,
        };
      })
      .filter((entry) => entry.text !== ignored && (!isAlone || /^(req|handler|id)=/.test(entry.text)))
      .sort(
        (one, other) =>
          other.segment - one.segment || one.rank - other.rank || (one.text < other.text ? -1 : 1),
      )
      .map((entry) => entry.text)
      .join('&');
  };
}

const ignored = '&';

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

/** Puts the variables into a value, each once. Unknown references stay. */
function substitute(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$[\w.-]+\$/g, (reference) => {
    const found = variables[reference.toLowerCase()];
    return found === undefined ? reference : found;
  });
}

/** @param command its four fields in the grammar */
function canonicalValue(command: readonly string[], value: string, synonyms: readonly string[]): string {
  const kinds = command[1] as string;
  if (kinds === 'd') return /^\d{1,12}$/.test(value) ? String(Number(value)) : '';
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
  if (kind === 't') return text;
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
