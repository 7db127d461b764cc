import { any, defineCommand, flag, one } from '../command.ts';
import { CommandError, usageError } from '../errors/command-error.ts';

export const url = defineCommand({
  path: 'url',
  feature: 'assets',
  summary: 'Print the delivery URL of an asset, with image commands',
  notes: [
    'Image commands are those of docs/image-commands.md: name=value. A name between dollar signs is an image preset: $large$',
  ],
  args: { id: one('Id of the asset'), commands: any('Image commands, such as wid=400 fit=crop') },
  options: {
    versioned: flag('with the live version in it, so that no cache holds an older one'),
    check: flag('ask the edge for it, and fail unless it is delivered'),
  },
  examples: [
    { command: 'url red-shoe wid=400 fit=crop fmt=auto', does: 'prints the URL of an image' },
    { command: "url red-shoe '$large$' --check", does: 'prints the URL with a preset, and requests it' },
  ],
  show: { lines: ({ url: text }) => [text] },
  async *run({ client, io, session, signal, note }, { id, commands, versioned, check }) {
    const { urls } = await client.call('listUrls', { params: { id }, signal });
    const image = urls.find(({ kind }) => kind === 'image');
    const found = image ?? urls.find(({ kind }) => kind !== 'preset');
    if (!found)
      throw new CommandError(1, 'url.none', `${id} has no delivery URL.`, `See: pressroom show ${id}`);
    if (commands.length > 0 && !image) throw usageError(`${id} is no image, so it has no image commands.`);
    const query = commands.map(commandText);
    const base = versioned ? (found.versionedUrl ?? notLive(id)) : found.url;
    const text = query.length === 0 ? base : `${base}${base.includes('?') ? '&' : '?'}${query.join('&')}`;
    if (!found.live) note(`${id} is not live: pressroom why ${id}`);
    if (!check) {
      yield { id, url: text, live: found.live };
      return 0;
    }
    const response = await io.fetch(session.reachable(text), { signal });
    await response.body?.cancel();
    yield { id, url: text, live: found.live, status: response.status };
    if (response.ok) return 0;
    throw new CommandError(
      1,
      'url.not-delivered',
      `The edge responded with ${response.status}${response.headers.get('x-error') ? `: ${response.headers.get('x-error')}` : ''}.`,
      `Ask for the reason: pressroom why ${id}`,
    );
  },
});

/** @throws CommandError where it is neither a command nor a preset */
function commandText(text: string): string {
  if (/^\$[^$=]+\$$/.test(text)) return text;
  const at = text.indexOf('=');
  if (at < 1)
    throw usageError(`"${text}" must be an image command such as wid=400, or a preset such as $large$.`);
  return `${encodeURIComponent(text.slice(0, at))}=${encodeURIComponent(text.slice(at + 1))
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')}`;
}

function notLive(id: string): never {
  throw new CommandError(
    1,
    'url.not-live',
    `${id} is not live, so no version has a URL.`,
    `See: pressroom why ${id}`,
  );
}
