/**
 * Decodes HEIC (HEVC) with libheif, which is compiled to WebAssembly and lies beside the code as a package of its own: it is
 * LGPL, and an operator can replace it. It runs in a worker, so that an image that takes too long can be stopped.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Upright, since libheif applies rotation and mirroring itself. */
export interface HeicPixels {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  /** Red, green, blue and alpha, 8 bits each. */
  readonly data: Uint8Array;
}

/** What the worker posts: pixels, or why there are none. */
type Reply = HeicPixels | { readonly error: string; readonly pixels?: number };

const decoder = `
const { parentPort, workerData } = require('node:worker_threads');
const { readFileSync } = require('node:fs');
(async () => {
  const library = await require(workerData.code)({ wasmBinary: readFileSync(workerData.wasm), printErr: () => {} });
  const images = new library.HeifDecoder().decode(workerData.bytes);
  const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
  if (!image) return { error: 'it has no image' };
  const width = image.get_width();
  const height = image.get_height();
  if (width * height > workerData.maxPixels) return { error: 'too large', pixels: width * height };
  const data = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => image.display({ data, width, height }, resolve));
  if (!shown) return { error: 'its pixels cannot be decoded' };
  return { width, height, hasAlpha: Boolean(image.has_alpha_channel()), data: new Uint8Array(data.buffer) };
})().then(
  (reply) => parentPort.postMessage(reply, reply.data ? [reply.data.buffer] : []),
  (error) => parentPort.postMessage({ error: String(error && error.message ? error.message : error) }),
);`;

/**
 * @param limits `pixels`: more are not decoded. It needs about 12 bytes of memory a pixel. `seconds`: the decoder is stopped
 * @returns the pixels, or why there are none: the rest of a sentence in brackets
 */
export async function decodeHeic(
  bytes: Uint8Array,
  limits: { readonly pixels: number; readonly seconds: number },
): Promise<Reply> {
  const require = createRequire(import.meta.url);
  const worker = new Worker(decoder, {
    eval: true,
    stdout: true,
    stderr: true,
    workerData: {
      bytes,
      code: require.resolve('libheif-js/libheif-wasm/libheif.js'),
      wasm: require.resolve('libheif-js/libheif-wasm/libheif.wasm'),
      maxPixels: limits.pixels,
    },
  });
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const late = setTimeout(
    () => resolve({ error: `decoding takes longer than ${limits.seconds} seconds` }),
    limits.seconds * 1_000,
  );
  worker.once('message', (reply: Reply) => resolve(reply));
  worker.once('error', (error: unknown) =>
    resolve({ error: error instanceof Error ? error.message : String(error) }),
  );
  worker.once('exit', () => resolve({ error: 'the decoder stopped' }));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}
