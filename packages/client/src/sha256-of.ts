import type { HashRequest, HashResponse } from './sha256-worker.ts';

/** What is used of a browser's Worker: the types of the project are those of Node.js. */
interface ChecksumWorker {
  onmessage: ((event: { readonly data: HashResponse }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  postMessage(request: HashRequest): void;
  terminate(): void;
}
declare const Worker: (new (url: URL, options: { readonly type: 'module' }) => ChecksumWorker) | undefined;

/**
 * Bytes up to which Node.js reads a content as a whole. A stream costs 15 kB of memory that waits for the garbage collector,
 * which adds up for thousands of small files.
 */
export const maxBytesInMemory = 1024 * 1024;

interface NodeHash {
  update(bytes: Uint8Array): NodeHash;
  digest(encoding: 'base64'): string;
}
interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): { createHash(algorithm: 'sha256'): NodeHash };
}

/**
 * SHA-256 of a file or a part of it, in Base64. Node.js hashes a stream, so that no file is in memory as a whole. Browsers
 * hash in a worker, one content after the other: Web Crypto hashes only what is in memory, and an upload has nothing
 * larger than 100 MiB to hash.
 * @throws the reason of the signal; NotReadableError where a browser can no longer read the file
 */
export async function sha256Of(content: Blob, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const { process } = globalThis as { readonly process?: NodeProcess };
  // Not an import, so that no bundle for browsers has it. Node.js before 20.16 does not know it.
  const node = process?.getBuiltinModule?.('node:crypto');
  if (node) {
    const hash = node.createHash('sha256');
    if (content.size <= maxBytesInMemory)
      return hash.update(new Uint8Array(await content.arrayBuffer())).digest('base64');
    for await (const chunk of content.stream() as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    return hash.digest('base64');
  }
  const sum = (await hashInWorker(content)) ?? (await hashHere(content));
  signal?.throwIfAborted();
  return sum;
}

let worker: ChecksumWorker | undefined;
/** No worker could be started: none exists here, or the page's policy does not allow it. */
let hasNoWorker = false;
let lastId = 0;
const waiting = new Map<number, (response: HashResponse | undefined) => void>();

/** @returns undefined if this environment has no worker */
async function hashInWorker(content: Blob): Promise<string | undefined> {
  if (hasNoWorker || typeof Worker === 'undefined') return undefined;
  try {
    // Bundlers find the worker by this very expression.
    worker ??= new Worker(new URL('./sha256-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    hasNoWorker = true;
    return undefined;
  }
  const current = worker;
  current.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  current.onerror = () => {
    hasNoWorker = true;
    current.terminate();
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  };
  const id = ++lastId;
  const response = await new Promise<HashResponse | undefined>((resolve) => {
    waiting.set(id, resolve);
    current.postMessage({ id, content });
  });
  if (response && 'problem' in response) throw new Error(response.problem);
  return response?.sha256;
}

async function hashHere(content: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
