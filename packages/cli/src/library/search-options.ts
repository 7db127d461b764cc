import type { OperationQuery } from '@pressroom/client/create-client';
import { choice, flag, text, whole } from '../command.ts';
import { searchStates } from '../words.ts';
import { folderPath } from './folder-path.ts';

/** Filters of a search, shared by every command that selects assets by one. */
export const searchOptions = {
  keyword: text('<word>', 'a whole keyword'),
  field: text('<name:value>', 'a metadata field and its whole value, as in colour:red'),
  type: text('<types>', 'one type or several with commas between, as in image,video'),
  state: choice(searchStates, 'state of publication'),
  in: text('<folder>', 'only in this folder'),
  below: flag('with --in: also in the folders below'),
  modifiedFrom: text('<date>', 'changed then or later: a day (UTC) or a time'),
  modifiedTo: text('<date>', 'changed then or earlier'),
  createdFrom: text('<date>', 'created then or later'),
  createdTo: text('<date>', 'created then or earlier'),
  bytesFrom: whole(0, Number.MAX_SAFE_INTEGER, 'smallest size in bytes'),
  bytesTo: whole(0, Number.MAX_SAFE_INTEGER, 'largest size in bytes'),
  widthFrom: whole(0, 1_000_000, 'smallest width in pixels'),
  widthTo: whole(0, 1_000_000, 'largest width in pixels'),
  heightFrom: whole(0, 1_000_000, 'smallest height in pixels'),
  heightTo: whole(0, 1_000_000, 'largest height in pixels'),
  orientation: choice(['landscape', 'portrait', 'square'], 'orientation of images'),
  uploader: text('<subject>', 'subject of the member that uploaded or built it'),
  unused: flag('in no set'),
  incomplete: flag('published sets with a member that is not published'),
  stillLive: flag('published derived images whose parent is not published'),
};

type GivenOptions = {
  readonly [Name in keyof typeof searchOptions]?:
    | Exclude<(typeof searchOptions)[Name]['value'], undefined>
    | undefined;
};

/** The filters as the query of a search. Without a filter it has no key. */
export function searchQuery(
  words: readonly string[],
  { in: folder, below, unused, incomplete, stillLive, ...others }: GivenOptions,
): SearchFilters {
  const { bytesFrom, bytesTo, widthFrom, widthTo, heightFrom, heightTo, ...texts } = others;
  const numbers = { bytesFrom, bytesTo, widthFrom, widthTo, heightFrom, heightTo };
  const query: SearchFilters = {
    ...texts,
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value?.toString()])),
    q: words.length === 0 ? undefined : words.join(' '),
    folder: folder === undefined ? undefined : folderPath(folder),
    below: below || undefined,
    unused: unused || undefined,
    incomplete: incomplete || undefined,
    stillLive: stillLive || undefined,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

type SearchFilters = Omit<OperationQuery<'searchAssets'>, 'limit' | 'cursor' | 'sort' | 'order' | 'facets'>;
