export interface StreamedBody {
  readonly body: AsyncIterable<Uint8Array>;
  push(bytes: Uint8Array): void;
  end(): void;
  /** Throws the error to the reader after everything pushed before. */
  fail(error: Error): void;
}

/**
 * The reading side of a streamed response, for one reader. A reader that stops early (the client closed the connection)
 * does not stop the function, as on AWS: further bytes count as consumed and are dropped.
 * @param onConsumed called with the number of bytes that the reader consumed, so that the writer continues
 */
export function createStreamedBody(onConsumed: (bytes: number) => void): StreamedBody {
  const queue: Uint8Array[] = [];
  let finished: { readonly error?: Error } | undefined;
  let abandoned = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const bytes = queue.shift();
        if (bytes) {
          yield bytes;
          onConsumed(bytes.length);
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
      abandoned = true;
      for (const bytes of queue.splice(0)) onConsumed(bytes.length);
    }
  }

  const wakeReader = () => {
    wake?.();
    wake = undefined;
  };
  return {
    body: read(),
    push(bytes) {
      if (abandoned) return onConsumed(bytes.length);
      queue.push(bytes);
      wakeReader();
    },
    end() {
      finished ??= {};
      wakeReader();
    },
    fail(error) {
      finished ??= { error };
      wakeReader();
    },
  };
}
