import { defineCommand, one } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';

export const embed = defineCommand({
  path: 'embed',
  feature: 'assets',
  summary: 'Print the HTML that shows an asset on a page: image, picture, video and viewer',
  args: { id: one('Id of the asset or set') },
  options: {},
  examples: [
    { command: 'embed red-shoe-spin', does: 'prints the HTML of its viewer' },
    {
      command: 'embed red-shoe --json | jq -r \'select(.kind == "picture").html\'',
      does: 'prints the HTML of a picture alone',
    },
  ],
  show: { lines: ({ kind, html }) => [`<!-- ${kind} -->`, html] },
  async *run({ client, signal, note }, { id }) {
    const { embeds } = await client.call('listUrls', { params: { id }, signal });
    if (embeds.length === 0)
      throw new CommandError(
        1,
        'embed.none',
        `${id} is of a type that no HTML shows.`,
        `See: pressroom url ${id}`,
      );
    if (embeds.some(({ live }) => !live)) note(`${id} is not live: pressroom why ${id}`);
    for (const snippet of embeds) yield snippet;
    return 0;
  },
});
