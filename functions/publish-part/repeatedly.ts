/**
 * Does some work again and again until it is stopped, never twice at once.
 * @param milliseconds between two beginnings
 * @returns stops, and waits for work that is under way. Throws the first error of the work
 */
export function repeatedly(milliseconds: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running = undefined;
      });
  }, milliseconds);
  return async () => {
    clearInterval(timer);
    await running;
    if (failure) throw failure.error;
  };
}
