import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient, useCompanyName } from '../api/client-context.tsx';
import { queryKeyOf } from '../api/use-read.ts';

export interface Folder {
  readonly path: string;
  readonly name: string;
}

interface Folders {
  /** Paths of the folders that are open. */
  readonly expanded: readonly string[];
  setExpanded(path: string, isExpanded: boolean): void;
  /** The folders below an open one; undefined if there are none. One that is not open may have some. */
  below(path: string): readonly Folder[] | undefined;
  /** Why the folders below the root could not be read. */
  readonly error: unknown;
}

/** `/a/b/` → `/`, `/a/`. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return ['/', ...parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}/`)];
}

/** The folders of a tree. Those below a folder are read when it is opened; those above the selected one are open. */
export function useFolders(selected: string): Folders {
  const client = useClient();
  const company = useCompanyName();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const [closed, setClosed] = useState<readonly string[]>([]);
  const expanded = [...new Set([...parentsOf(selected), ...opened])].filter((path) => !closed.includes(path));
  const children = useQueries({
    queries: expanded.map((parent) => ({
      queryKey: queryKeyOf(company, 'assets', 'listFolders', { query: { parent } }),
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Folder[]> => {
        const found: Folder[] = [];
        const query = { parent, limit: 1_000 };
        for await (const folder of client.all('listFolders', { query, signal })) found.push(folder);
        return found;
      },
    })),
  });
  return {
    expanded,
    setExpanded(path, isExpanded) {
      setOpened(isExpanded ? [...opened, path] : opened.filter((one) => one !== path));
      setClosed(isExpanded ? closed.filter((one) => one !== path) : [...closed, path]);
    },
    below(path) {
      const index = expanded.indexOf(path);
      // Whether it has folders is not known, so that it can be opened.
      if (index < 0) return [{ path: `${path}…`, name: '…' }];
      const found = children[index]?.data;
      return found?.length === 0 ? undefined : found;
    },
    error: children[expanded.indexOf('/')]?.error,
  };
}
