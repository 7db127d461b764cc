import { useEffect, useState } from 'react';

/** What is selected: some assets, or all that the search finds. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Everything that matches, also what is not loaded. */
  readonly isAll: boolean;
  has(id: string): boolean;
  /** Selects this one alone. */
  only(id: string): void;
  toggle(id: string): void;
  /** From the one that was selected last to this one, in the order of the list. */
  extendTo(id: string, order: readonly string[]): void;
  selectShown(ids: readonly string[]): void;
  selectAll(): void;
  clear(): void;
}

/** @param scope what the list shows; another one clears the selection */
export function useSelection(scope: string): Selection {
  const [state, setState] = useState<{ ids: ReadonlySet<string>; isAll: boolean; anchor?: string }>({
    ids: new Set(),
    isAll: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection belongs to what the list shows.
  useEffect(() => setState({ ids: new Set(), isAll: false }), [scope]);
  return {
    ids: state.ids,
    isAll: state.isAll,
    has: (id) => state.isAll || state.ids.has(id),
    only: (id) => setState({ ids: new Set([id]), isAll: false, anchor: id }),
    toggle(id) {
      const ids = new Set(state.isAll ? [] : state.ids);
      if (!ids.delete(id)) ids.add(id);
      setState({ ids, isAll: false, anchor: id });
    },
    extendTo(id, order) {
      const anchor = state.anchor ?? order[0] ?? id;
      const [from, to] = [order.indexOf(anchor), order.indexOf(id)].sort((a, b) => a - b);
      setState({ ids: new Set(order.slice(from, (to ?? 0) + 1)), isAll: false, anchor });
    },
    selectShown: (ids) => setState({ ids: new Set(ids), isAll: false }),
    selectAll: () => setState({ ids: new Set(), isAll: true }),
    clear: () => setState({ ids: new Set(), isAll: false }),
  };
}
