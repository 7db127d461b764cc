export interface StreamedBody {
  readonly body: AsyncIterable<Uint8Array>;
  push(bytes: Uint8Array): void;
  end(): void;
  /** Thrown to the reader after all that came before it. */
  fail(error: Error): void;
}

/**
 * The reading side of a streamed answer: one reader, in order. A reader that leaves early (the client hung up)
 * does not stop the function, as on AWS: what it still writes is counted as taken and dropped.
 * @param onTaken told of the bytes that the reader took, so that the writer goes on
 */
export function createStreamedBody(onTaken: (bytes: number) => void): StreamedBody {
  const queue: Uint8Array[] = [];
  let finished: { readonly error?: Error } | undefined;
  let left = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const bytes = queue.shift();
        if (bytes) {
          yield bytes;
          onTaken(bytes.length);
        } else if (finished) {
          if (finished.error) throw finished.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      left = true;
      for (const bytes of queue.splice(0)) onTaken(bytes.length);
    }
  }

  const notify = () => {
    wake?.();
    wake = undefined;
  };
  return {
    body: read(),
    push(bytes) {
      if (left) return onTaken(bytes.length);
      queue.push(bytes);
      notify();
    },
    end() {
      finished ??= {};
      notify();
    },
    fail(error) {
      finished ??= { error };
      notify();
    },
  };
}
