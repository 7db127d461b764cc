import { useQuery } from '@tanstack/react-query';
import { useClient, useCompanyName } from '../api/client-context.tsx';
import { queryKeyOf } from '../api/use-read.ts';

/** Folders that a search looks at. The API lists those below one folder, so each is a request. */
const maxSearched = 2_000;

/** Requests at the same time. */
const atATime = 6;

/** Folders that are shown. */
const maxFound = 100;

/** The folders whose last part contains the words, in any case. All folders are read once, and again when one changes. */
export function useFoundFolders(words: string) {
  const client = useClient();
  const company = useCompanyName();
  return useQuery({
    queryKey: queryKeyOf(company, 'assets', 'listFolders', { all: true }),
    queryFn: async ({ signal }) => {
      const all: string[] = [];
      let level = ['/'];
      while (level.length > 0 && all.length < maxSearched) {
        const parents = level.splice(0, atATime);
        const found = await Promise.all(
          parents.map(async (parent) => {
            const paths: string[] = [];
            const query = { parent, limit: 1_000 };
            for await (const { path } of client.all('listFolders', { query, signal })) paths.push(path);
            return paths;
          }),
        );
        const below = found.flat();
        all.push(...below);
        level = [...level, ...below];
      }
      return { all: all.sort(), isComplete: level.length === 0 };
    },
    select: ({ all, isComplete }) => {
      const lower = words.toLowerCase();
      const matches = all.filter((path) => lastPartOf(path).toLowerCase().includes(lower));
      return { paths: matches.slice(0, maxFound), isComplete: isComplete && matches.length <= maxFound };
    },
  });
}

function lastPartOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}
