import { expect, it } from 'vitest';
import type { ServedPart } from '../../../functions/serve-api/company-routes.ts';
import { type PartName, parts } from '../../../functions/serve-api/parts.ts';
import { shipped } from './ask.ts';

function entriesOf(part: PartName, routes: ServedPart): string[] {
  return Object.entries(routes).map(([operation, { method, path, secretPath }]) => {
    const secret = secretPath ? ", 'secret'" : '';
    return `  ${operation}: ['${part}', '${method} ${path}'${secret}],\n`;
  });
}

it('finds every route of every part in the table of serve-api', async () => {
  const entries = await Promise.all(
    Object.entries(parts).map(async ([name, load]) => entriesOf(name as PartName, (await load())(shipped))),
  );
  const table = `import type { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import type { methods } from '@pressroom/api/route';
import type { publicRoutes, Routes, signedInRoutes } from '@pressroom/api/routes';
import type { PartName } from './parts.ts';

/** The function invalidate-cdn serves the others. */
type Operation =
  | Exclude<keyof Routes, keyof typeof invalidationRoutes>
  | keyof typeof signedInRoutes
  | keyof typeof publicRoutes;

/** Part, method and path. No log may contain a secret path. */
type Entry = readonly [part: PartName, route: \`\${(typeof methods)[number]} /\${string}\`, secret?: 'secret'];

/**
 * Finds the part of a request without loading any. A route that no part serves does not compile.
 * Written by \`npx vitest run test/functions/serve-api/route-table.test.ts -u\`.
 */
export const routeTable: Readonly<Record<Operation, Entry>> = {
${entries.flat().sort().join('')}};
`;
  await expect(table).toMatchFileSnapshot('../../../functions/serve-api/route-table.ts');
});
