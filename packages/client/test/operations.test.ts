import type { ApiRoute, SignedInRoute } from '@pressroom/api/route';
import { routes, signedInRoutes } from '@pressroom/api/routes';
import { expect, it } from 'vitest';

const prefix = '/v1/companies/{company}';

function entryOf([name, route]: readonly [string, ApiRoute | SignedInRoute]): string {
  const path = route.path.startsWith(prefix) ? route.path.slice(prefix.length) : route.path;
  const key = 'idempotencyKey' in route && route.idempotencyKey ? ', idempotencyKey: true' : '';
  const repeatable = 'repeatable' in route && route.repeatable ? ', repeatable: true' : '';
  return `  ${name}: { method: '${route.method}', path: '${path}'${key}${repeatable} },\n`;
}

it('finds method and path of every operation of the contract in the table of the client', async () => {
  const table = `import type { OperationName } from '@pressroom/api/operation-types';

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below \`${prefix}\`, or below the root if it begins with \`/v1/\`. */
  readonly path: string;
  /** Accepts an \`Idempotency-Key\` header. */
  readonly idempotencyKey?: true;
  /** A POST that changes nothing when it is sent again. */
  readonly repeatable?: true;
}

/**
 * The part of the contract that the client needs at run time. The contract itself has zod schemas, which are too large
 * for a browser. Written by \`npx vitest run packages/client/test/operations.test.ts -u\`.
 */
export const operations: Readonly<Record<OperationName, Operation>> = {
${Object.entries({ ...routes, ...signedInRoutes })
  .map(entryOf)
  .sort()
  .join('')}};
`;
  await expect(table).toMatchFileSnapshot('../src/operations.ts');
});
