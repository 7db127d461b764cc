/** A worker of browsers that hashes what it is sent, one content after the other. Nothing here is used on the page itself. */

export interface HashRequest {
  readonly id: number;
  readonly content: Blob;
}

/** SHA-256 in Base64, or why the content could not be read. */
export type HashResponse =
  | { readonly id: number; readonly sha256: string }
  | { readonly id: number; readonly problem: string };

/** What is used of the global object of a worker. */
interface WorkerScope {
  onmessage: ((event: { readonly data: HashRequest }) => void) | null;
  postMessage(response: HashResponse): void;
}

const scope = globalThis as unknown as WorkerScope;
let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { id, content } }) => {
  last = last.then(async () => {
    try {
      const digest = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
      scope.postMessage({ id, sha256: btoa(String.fromCharCode(...new Uint8Array(digest))) });
    } catch (error) {
      scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
    }
  });
};
