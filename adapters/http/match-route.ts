import type { ApiRoute } from '@pressroom/api/route';
import { Failure } from '../../domain/failure.ts';
import { checkPercentEncoding } from './well-formed.ts';

/**
 * Finds the route of a request.
 * @param path `rawPath` of the event. HTTP APIs hand it over decoded, other senders encoded; both work, since
 * no id, company or folder contains a percent sign.
 * @throws Failure `request.invalid` for a path that is not UTF-8; `route.not-found`, or `route.method-not-allowed` with the fact `allow`
 */
export function matchRoute<Route extends Pick<ApiRoute, 'method' | 'path'>>(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Readonly<Record<string, string>> } {
  checkPercentEncoding(path, 'path');
  const segments = path.split('/').map(decodeSegment);
  const here = routes.flatMap((route) => {
    const params = matchPath(route.path.split('/'), segments);
    return params ? [{ route, params }] : [];
  });
  const match = here.find(({ route }) => route.method === method);
  if (match) return match;
  if (here.length === 0) throw new Failure('route.not-found', `There is nothing at ${path}`);
  const allow = [...new Set(here.map(({ route }) => route.method))].join(', ');
  throw new Failure('route.method-not-allowed', `${path} takes ${allow}, not ${method}`, {
    facts: { allow },
  });
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== segment : segment === '') return undefined;
    if (name !== undefined) params[name] = segment;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
