/**
 * Makes the code of a CloudFront Function: one plain script with a global `function handler(event)`.
 */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { edgeGrammar } from '../../domain/delivery/edge-grammar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folders in functions/ of CloudFront Functions. All others are Lambda functions. */
export const edgeFunctions = ['check-request', 'finish-file', 'find-page'] as const;

/** Bytes. CloudFront takes no larger function: docs.aws.amazon.com, "Quotas on CloudFront Functions". */
export const edgeCodeLimit = 10_240;

/**
 * Bundles `functions/<folder>/handler.ts`, which exports `handler`.
 * What the runtime does not know is rewritten, or refused with its line: JavaScript runtime 2.0 is ECMAScript 5.1 with
 * the later features listed below (docs.aws.amazon.com, "JavaScript runtime 2.0 features for CloudFront Functions").
 * @throws Error where the result is larger than CloudFront takes
 */
export function bundleEdgeFunction(folder: (typeof edgeFunctions)[number]): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    stdin: {
      contents: `import { handler } from './functions/${folder}/handler.ts'; work = handler;`,
      resolveDir: root,
      loader: 'js',
    },
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'neutral',
    target: 'es5',
    supported: {
      arrow: true,
      'const-and-let': true,
      'template-literal': true,
      'rest-argument': true,
      'exponent-operator': true,
      'async-await': true,
      'regexp-named-capture-groups': true,
    },
    define: { EDGE_GRAMMAR: JSON.stringify(edgeGrammar()) },
    legalComments: 'none',
    banner: { js: 'var work;function handler(event){return work(event)}' },
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text.trim() ?? '';
  refuseTooLarge(folder, code);
  return code;
}

/** @throws Error where the code is larger than CloudFront takes */
export function refuseTooLarge(folder: string, code: string): void {
  const bytes = Buffer.byteLength(code);
  if (bytes > edgeCodeLimit)
    throw new Error(
      `functions/${folder} is ${bytes} bytes when bundled: CloudFront takes ${edgeCodeLimit} at most.`,
    );
}
