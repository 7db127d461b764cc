/**
 * Draws a page of a PDF with PDFium, which is compiled to WebAssembly. It runs in a worker of limited memory, so that a page that
 * takes too long or too much can be stopped.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

export interface DrawnPage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha, 8 bits each. */
  readonly data: Uint8Array;
  readonly pages: number;
  readonly text: string;
}

/** What the worker posts: a page, or why there is none. */
type Reply = DrawnPage | { readonly error: string };

const drawing = `
const { parentPort, workerData } = require('node:worker_threads');
const { readFileSync } = require('node:fs');
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > workerData.memoryBytes) throw new RangeError('too much memory');
  return grow.call(this, pages);
};
(async () => {
  const { PDFiumLibrary } = require(workerData.code);
  const library = await PDFiumLibrary.init({ wasmBinary: readFileSync(workerData.wasm) });
  const document = await library.loadDocument(workerData.bytes);
  const pages = document.getPageCount();
  // Text first: PDFium cannot read that of a page that was drawn.
  const text = document.getPage(0).getText().slice(0, 2000);
  const page = document.getPage(0);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  if (!(originalWidth > 0 && originalHeight > 0)) return { error: 'its page has no size' };
  const scale = workerData.sidePixels / Math.max(originalWidth, originalHeight);
  const { width, height, data } = await page.render({
    width: Math.max(1, Math.round(originalWidth * scale)),
    height: Math.max(1, Math.round(originalHeight * scale)),
    render: 'bitmap',
    transparent: true,
  });
  return { width, height, data, pages, text };
})().then(
  (reply) => parentPort.postMessage(reply, reply.data ? [reply.data.buffer] : []),
  (error) => parentPort.postMessage({ error: String(error && error.message ? error.message : error) }),
);`;

/**
 * Draws the first page on a transparent ground.
 * @param bytes of the PDF
 * @param limits `sidePixels`: the longer side of the picture. `seconds`, `memoryBytes`: of the drawing
 * @returns the page, or why there is none: the rest of a sentence in brackets
 */
export async function drawFirstPage(
  bytes: Uint8Array,
  limits: { readonly sidePixels: number; readonly seconds: number; readonly memoryBytes: number },
): Promise<Reply> {
  const require = createRequire(import.meta.url);
  const worker = new Worker(drawing, {
    eval: true,
    stdout: true,
    stderr: true,
    workerData: {
      bytes,
      code: require.resolve('@hyzyla/pdfium'),
      wasm: require.resolve('@hyzyla/pdfium/pdfium.wasm'),
      sidePixels: limits.sidePixels,
      memoryBytes: limits.memoryBytes,
    },
  });
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const late = setTimeout(
    () => resolve({ error: `drawing takes longer than ${limits.seconds} seconds` }),
    limits.seconds * 1_000,
  );
  worker.once('message', (reply: Reply) => resolve(reply));
  worker.once('error', (error: unknown) =>
    resolve({ error: error instanceof Error ? error.message : String(error) }),
  );
  worker.once('exit', () => resolve({ error: 'the reader of PDF stopped' }));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}
