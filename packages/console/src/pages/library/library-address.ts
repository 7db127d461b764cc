import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type LibraryAddress, readAddress, usualOrder, viewKey } from './library-query.ts';

function write({ folder, below, filters, sort, order, view }: LibraryAddress): URLSearchParams {
  return new URLSearchParams({
    ...(folder !== '/' && { folder }),
    ...(!below && { below: 'false' }),
    ...filters,
    ...(sort !== 'name' && { sort }),
    ...(order !== usualOrder(sort) && { order }),
    view,
  });
}

/** The address, and what changes parts of it. A change of the filter can be taken back by the browser's button. */
export function useLibraryAddress(): readonly [LibraryAddress, (change: Partial<LibraryAddress>) => void] {
  const [params, setParams] = useSearchParams();
  const address = useMemo(() => readAddress(params), [params]);
  return [
    address,
    (change) => {
      if (change.view) localStorage.setItem(viewKey, change.view);
      setParams(write({ ...address, ...change }), { replace: change.view !== undefined });
    },
  ];
}
