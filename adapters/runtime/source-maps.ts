/**
 * Stack traces with the names, files and lines of the sources. The bundler puts this module into each function
 * (infra/constructs/function-bundle.ts). A map is read when a stack is. Node's `--enable-source-maps` reads all maps and looks
 * through all code at the start instead: an eighth of the CPU of a cold start.
 */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where a call stands in the sources. */
interface Origin {
  /** The place in the bundle: `file:///var/task/index.mjs:4:5`. */
  readonly place: string;
  /** `domain/failure.ts:1:2` */
  readonly source: string;
  /** Of what is called there. */
  readonly name: string | undefined;
}

const maps = new Map<string, SourceMap | undefined>();

Error.prepareStackTrace = (error, calls) => {
  const texts = calls.map(String);
  const origins = texts.map(originOf);
  const lines = texts.map((text, index) => {
    const origin = origins[index];
    if (!origin) return `\n    at ${text}`;
    const mapped = text.replace(origin.place, origin.source);
    const minified = calls[index]?.getFunctionName();
    const name = origins[index + 1]?.name;
    return `\n    at ${minified && name ? mapped.replace(minified, name) : mapped}`;
  });
  return `${headOf(error)}${lines.join('')}`;
};

/** @param call as V8 writes it: `async name (file:///var/task/index.mjs:4:5)` */
function originOf(call: string): Origin | undefined {
  const [place, url, line, column] = /(file:[^()]+\.mjs):(\d+):(\d+)/.exec(call) ?? [];
  if (place === undefined || url === undefined) return undefined;
  const origin = mapOf(url)?.findOrigin(Number(line), Number(column));
  if (!origin || !('fileName' in origin)) return undefined;
  const { fileName, lineNumber, columnNumber, name } = origin;
  return { place, source: `${fileName.replace(/^(\.\.\/)+/, '')}:${lineNumber}:${columnNumber}`, name };
}

/** @returns undefined where there is none: a stack without sources is better than an error about an error */
function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) {
    let map: SourceMap | undefined;
    try {
      map = new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as SourceMapPayload);
    } catch {
      // Not a module of the bundle.
    }
    maps.set(url, map);
  }
  return maps.get(url);
}

function headOf(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}
