import { useCallback, useEffect, useRef } from 'react';

/** A function that is the same in every render and does what that of the last render does, for parts that are drawn rarely. */
export function useLatest<Parameters extends unknown[], Result>(
  act: (...of: Parameters) => Result,
): (...of: Parameters) => Result {
  const last = useRef(act);
  useEffect(() => {
    last.current = act;
  });
  return useCallback((...of) => last.current(...of), []);
}
