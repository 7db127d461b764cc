import type { ReqFormat } from './req-kinds.ts';

/** The answer to a question about an image: values by `object.property`, in their order. */
export type Properties = Readonly<Record<string, string>>;

/** How a response to `req=` is printed. */
export interface ReqPrinting {
  readonly format: ReqFormat;
  /** Name of the JavaScript function that gets the JSON. */
  readonly handler?: string | undefined;
  /** What the request has as `id`: it comes back, so that a page knows which request is answered. */
  readonly requestId?: string | undefined;
}

/** A printed response. */
export interface Printed {
  readonly type: string;
  readonly text: string;
}

export const plainText = 'text/plain; charset=utf-8';
const javascriptType = 'text/javascript; charset=utf-8';
export const xmlType = 'text/xml; charset=utf-8';
const jsonType = 'application/json; charset=utf-8';

const defaultHandler = 's7jsonResponse';

/**
 * Prints properties. The shapes are those of the protocol: Java properties with `#S7Z OK` and a time; lines of JavaScript; nested
 * elements; JSON in a call of a function. `json2` is the JSON alone.
 * @param at time of the response
 */
export function printProperties(properties: Properties, printing: ReqPrinting, at: Date): Printed {
  const entries = Object.entries(properties);
  switch (printing.format) {
    case 'text':
      return { type: plainText, text: `#S7Z OK\n#${javaDate(at)}\n${lines(entries, javaText)}` };
    case 'javascript':
      return { type: javascriptType, text: lines(entries, (value) => `'${scriptText(value)}'`) };
    case 'xml':
      return { type: xmlType, text: xmlProperties(entries) };
    case 'json':
    case 'json2':
      return printJson(properties, printing);
  }
}

/** JSON, in a call of the handler unless the format is `json2`. */
export function printJson(value: unknown, { format, handler, requestId }: ReqPrinting): Printed {
  const json = JSON.stringify(value);
  if (format === 'json2') return { type: jsonType, text: json };
  // The comment keeps the response from being read as anything but JavaScript.
  return {
    type: javascriptType,
    text: `/*jsonp*/${handler ?? defaultHandler}(${safeInScript(json)},${JSON.stringify(requestId ?? '')});`,
  };
}

function lines(entries: readonly (readonly [string, string])[], print: (value: string) => string): string {
  return entries.map(([name, value]) => `${name}=${print(value)}\n`).join('');
}

/** As `java.util.Properties` reads it. */
function javaText(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** A value between single quotes. The protocol doubles quotes, which no JavaScript engine reads as one. */
function scriptText(value: string): string {
  return safeInScript(
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r'),
  ).replaceAll("'", '\\u0027');
}

/** Line separators end a line of JavaScript, and `</script>` would end the script of a page that contains the text. */
function safeInScript(text: string): string {
  return text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029').replaceAll('<', '\\u003c');
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function xmlProperties(entries: readonly (readonly [string, string])[]): string {
  const objects = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const dot = name.indexOf('.');
    const list = objects.get(name.slice(0, dot)) ?? [];
    list.push(`<property name="${xmlText(name.slice(dot + 1))}" value="${xmlText(value)}"/>`);
    objects.set(name.slice(0, dot), list);
  }
  const elements = [...objects].map(
    ([name, list]) => `<property name="${xmlText(name)}">${list.join('')}</property>`,
  );
  return `${xmlDeclaration}<properties>${elements.join('')}</properties>\n`;
}

/** A value of an XML attribute. Characters that XML does not allow are left out. */
export function xmlText(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As Java prints a time: `Tue Nov 24 08:30:00 UTC 2026`. */
export function javaDate(at: Date): string {
  const time = at.toISOString().slice(11, 19);
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${time} UTC ${at.getUTCFullYear()}`;
}
