import { assetColumns } from '../assets/asset-text.ts';
import { any, choice, defineCommand, whole } from '../command.ts';
import { searchSorts } from '../words.ts';
import { searchOptions, searchQuery } from './search-options.ts';

export const find = defineCommand({
  path: 'find',
  feature: 'library',
  summary: 'Find assets by words, keyword, field, type, state, dates, size and use',
  notes: [
    'Each word must be part of the id, file name, title, description, alternative text, a keyword or a field.',
  ],
  args: { words: any('Words to look for') },
  options: {
    ...searchOptions,
    sort: choice(searchSorts, 'order; date unless given'),
    order: choice(['asc', 'desc'], 'direction of the order'),
    max: whole(1, 1_000_000_000, 'stop after so many assets'),
  },
  examples: [
    { command: 'find red sho', does: 'finds red-shoe, and everything with both parts in its texts' },
    {
      command: 'find --type image --state changed --in /autumn/ --below',
      does: 'finds images that changed since they were published',
    },
    { command: 'find --unused --json | jq -r .id', does: 'prints the ids of assets that are in no set' },
  ],
  show: { columns: assetColumns, none: 'Nothing was found.' },
  async *run({ client, signal }, { words, sort, order, max, ...filters }) {
    const query = { ...searchQuery(words, filters), sort, order, limit: Math.min(max ?? 1_000, 1_000) };
    let count = 0;
    for await (const asset of client.all('searchAssets', { query, signal })) {
      yield asset;
      count += 1;
      if (count === max) break;
    }
    return 0;
  },
});
