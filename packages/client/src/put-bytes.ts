import { maxBytesInMemory } from './sha256-of.ts';

/** One PUT to the storage. */
export interface BytesToPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Blob;
  readonly signal: AbortSignal;
  /** Called with the bytes that are sent so far. */
  onSent(bytes: number): void;
}

/** @throws TypeError if no response came, as `fetch` does; the reason of the signal */
export type PutBytes = (put: BytesToPut) => Promise<Response>;

/** What is used of a browser's XMLHttpRequest: the types of the project are those of Node.js. */
interface UploadRequest {
  readonly upload: { onprogress: ((event: { readonly loaded: number }) => void) | null };
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(content: Blob): void;
  abort(): void;
}
declare const XMLHttpRequest: (new () => UploadRequest) | undefined;

/** @param fetch used where there is no XMLHttpRequest, which alone reports in browsers how much is sent */
export function putBytesWith(fetch: typeof globalThis.fetch): PutBytes {
  return typeof XMLHttpRequest === 'undefined' ? (put) => putByFetch(fetch, put) : putByXhr;
}

function putByXhr({ url, headers, content, signal, onSent }: BytesToPut): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (typeof XMLHttpRequest === 'undefined') throw new TypeError('XMLHttpRequest does not exist');
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (settle: () => void) => () => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = end(() => resolve(responseOf(request)));
    request.onerror = end(() => reject(new TypeError('the connection to the storage failed')));
    request.onabort = end(() => reject(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    request.send(content);
  });
}

function responseOf(request: UploadRequest): Response {
  // The only header that the storage shows to pages. Browsers report the use of any other one as an error.
  const etag = request.getResponseHeader('etag');
  // A response with this status has no body.
  return new Response(request.status === 204 ? null : request.responseText, {
    status: request.status,
    headers: etag === null ? {} : { etag },
  });
}

async function putByFetch(
  fetch: typeof globalThis.fetch,
  { url, headers, content, signal, onSent }: BytesToPut,
): Promise<Response> {
  if (content.size <= maxBytesInMemory) {
    const response = await fetch(url, { method: 'PUT', headers, body: await content.arrayBuffer(), signal });
    onSent(content.size);
    return response;
  }
  async function* counted(): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for await (const chunk of content.stream() as AsyncIterable<Uint8Array>) {
      yield chunk;
      sent += chunk.length;
      onSent(sent);
    }
  }
  // Node.js accepts a generator, and needs `duplex` for it; the types of browsers name neither.
  const stream = { body: counted() as unknown as Blob, duplex: 'half' as const };
  return fetch(url, {
    method: 'PUT',
    // The storage accepts no chunked encoding: with a length, Node.js sends a stream without it.
    headers: { ...headers, 'content-length': String(content.size) },
    ...stream,
    signal,
  });
}
