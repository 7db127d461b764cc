import type { OperationBody } from '@pressroom/client/create-client';
import { any, defineCommand, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { act, actOnFound, foundLines, foundNotes, foundOptions, foundQuery } from '../jobs/act-on-found.ts';

export const dates = defineCommand({
  path: 'dates',
  feature: 'assets',
  summary: 'Set from when until when assets are live, to the minute',
  notes: [
    ...foundNotes,
    'Dates are ISO 8601, with Z or an offset, or without one in the time zone of the company. "none" removes a date; one that is not given stays. A job sets the dates, also of named assets, up to 1,000 of them. Images that are derived from an asset get its dates.',
  ],
  args: { ids: any('Ids of assets. Without ids, --find or filters say which') },
  options: {
    liveFrom: text('<date>', 'published then and not before, or none'),
    liveUntil: text('<date>', 'withdrawn then, or none'),
    ...foundOptions,
  },
  examples: [
    {
      command: 'dates red-shoe --live-from 2027-03-15T14:10 --live-until 2027-04-01T00:00',
      does: 'sets the days of a campaign',
    },
    {
      command: 'dates --field licence:A17 --live-until none --yes',
      does: 'removes the end of every asset of a licence',
    },
  ],
  show: { lines: foundLines },
  async *run(context, { ids, liveFrom, liveUntil, yes, detach, ...filters }) {
    if (liveFrom === undefined && liveUntil === undefined)
      throw usageError('Give --live-from, --live-until or both.');
    const query = foundQuery(ids, filters);
    const action: OperationBody<'submitAction'>['action'] = {
      name: 'dates',
      ...(liveFrom !== undefined && { liveFrom: dateOf(liveFrom) }),
      ...(liveUntil !== undefined && { liveUntil: dateOf(liveUntil) }),
    };
    if (query)
      return yield* actOnFound(context, action, query, { yes, detach, question: 'Set the dates of' });
    return yield* act(context, { action, scope: { assets: [...new Set(ids)] } }, detach);
  },
});

function dateOf(text: string): string | null {
  return text === 'none' ? null : text;
}
