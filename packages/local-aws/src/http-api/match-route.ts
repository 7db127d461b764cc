/** A route of an HTTP API: `GET /v1/openapi.json`, `ANY /v1/{proxy+}` or `$default`. */
export interface RouteMatch<Route> {
  readonly route: Route;
  /** Undefined if the route has no parameters. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * The most specific route that matches: a literal segment before a parameter, a parameter before `{proxy+}`, a method
 * before ANY, and all before `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @param path decoded, with its leading slash
 */
export function matchRoute<Route extends { readonly routeKey: string }>(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch<Route> | undefined {
  const matches = routes.flatMap((route) => {
    const found = matchKey(route.routeKey, method, path);
    return found ? [{ route, ...found }] : [];
  });
  matches.sort((a, b) => compareRanks(a.rank, b.rank));
  const best = matches[0];
  return best && { route: best.route, pathParameters: best.pathParameters };
}

interface KeyMatch {
  /** One number per segment, then one for the method. Lower is more specific. */
  readonly rank: readonly number[];
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

const literal = 0;
const parameter = 1;
const greedy = 2;
const fallback = 3;

function matchKey(routeKey: string, method: string, path: string): KeyMatch | undefined {
  if (routeKey === '$default') return { rank: [fallback], pathParameters: undefined };
  const [keyMethod = '', keyPath = ''] = routeKey.split(' ');
  if (keyMethod !== 'ANY' && keyMethod !== method) return undefined;
  const wanted = keyPath.split('/').slice(1);
  const given = path.split('/').slice(1);
  const rank: number[] = [];
  const parameters: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(segment);
    const value = name?.[2] ? given.slice(at).join('/') : given[at];
    if (value === undefined || (name && value === '') || (!name && value !== segment)) return undefined;
    if (name?.[1]) parameters[name[1]] = value;
    rank.push(name ? (name[2] ? greedy : parameter) : literal);
  }
  if (rank.at(-1) !== greedy && given.length !== wanted.length) return undefined;
  return {
    rank: [...rank, keyMethod === 'ANY' ? 1 : 0],
    pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined,
  };
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
