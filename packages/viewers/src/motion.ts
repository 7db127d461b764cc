export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * Calls `step` for each frame of the screen, until it returns false or the signal aborts.
 * @param step gets the milliseconds since the call before, at most 100
 */
export function onEachFrame(step: (milliseconds: number) => boolean, signal: AbortSignal): void {
  let before = performance.now();
  const next = (now: number) => {
    if (signal.aborted) return;
    const passed = Math.min(100, Math.max(0, now - before));
    before = now;
    if (step(passed)) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
