import { ActionError } from './action-error.ts';
import type { ActionWorld } from './action-world.ts';

interface Comment {
  readonly id: number;
  readonly body?: string | null;
  readonly html_url: string;
}

interface Place {
  readonly repository: string;
  /** Number of the pull request. */
  readonly number: number;
  readonly token: string | undefined;
}

/** Comments on a page: GitHub's maximum. */
const pageSize = 100;
const attempts = 3;
const retryMs = 2_000;

/**
 * Writes a comment on a pull request, or replaces the one that begins with the same marker.
 * @param marker an HTML comment, with which the body begins
 * @returns the address of the comment
 * @throws ActionError if GitHub refuses it
 */
export async function writeComment(
  world: ActionWorld,
  { repository, number, token }: Place,
  marker: string,
  body: string,
): Promise<string> {
  const api = world.env.GITHUB_API_URL ?? 'https://api.github.com';
  const issues = `${api}/repos/${repository}/issues`;
  const known = await findComment();
  const text = JSON.stringify({ body: `${marker}\n${body}` });
  const written = known
    ? await send('PATCH', `${issues}/comments/${known.id}`, text)
    : await send('POST', `${issues}/${number}/comments`, text);
  return ((await written.json()) as Comment).html_url;

  async function findComment(): Promise<Comment | undefined> {
    for (let page = 1; ; page += 1) {
      const response = await send('GET', `${issues}/${number}/comments?per_page=${pageSize}&page=${page}`);
      const comments = (await response.json()) as readonly Comment[];
      const found = comments.find((comment) => comment.body?.startsWith(marker));
      if (found || comments.length < pageSize) return found;
    }
  }

  async function send(method: string, url: string, content?: string): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await world.fetch(url, {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token ?? ''}`,
          'x-github-api-version': '2022-11-28',
          'user-agent': 'pressroom',
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(content === undefined ? {} : { body: content }),
        signal: world.signal,
      });
      if (response.ok) return response;
      // A POST may have been carried out although it failed: a second one would repeat the comment.
      if (response.status >= 500 && attempt < attempts && method !== 'POST') {
        await world.wait(retryMs, world.signal);
        continue;
      }
      throw new ActionError(
        `GitHub refused the comment (${response.status}).`,
        'Give the job the permission pull-requests: write, or set comment: false.',
      );
    }
  }
}
