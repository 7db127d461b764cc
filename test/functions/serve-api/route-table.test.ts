import { expect, it } from 'vitest';
import type { RoutesByName } from '../../../functions/serve-api/company-routes.ts';
import { type FeatureName, features } from '../../../functions/serve-api/features.ts';
import { shipped } from './ask.ts';

function entriesOf(feature: FeatureName, routes: RoutesByName): string[] {
  return Object.entries(routes).map(([operation, { method, path, secretPath }]) => {
    const secret = secretPath ? ", 'secret'" : '';
    return `  ${operation}: ['${feature}', '${method} ${path}'${secret}],\n`;
  });
}

it('finds every route of every feature in the table of serve-api', async () => {
  const entries = await Promise.all(
    Object.entries(features).map(async ([name, load]) =>
      entriesOf(name as FeatureName, (await load())(shipped)),
    ),
  );
  const table = `import type { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import type { methods } from '@pressroom/api/route';
import type { publicRoutes, Routes, signedInRoutes } from '@pressroom/api/routes';
import type { FeatureName } from './features.ts';

/** The function invalidate-cdn serves the others. */
type Operation =
  | Exclude<keyof Routes, keyof typeof invalidationRoutes>
  | keyof typeof signedInRoutes
  | keyof typeof publicRoutes;

/** Feature, method and path. No log may contain a secret path. */
type Entry = readonly [
  feature: FeatureName,
  route: \`\${(typeof methods)[number]} /\${string}\`,
  secret?: 'secret',
];

/**
 * Finds the feature of a request without loading any. A route that no feature serves does not compile.
 * Written by \`npx vitest run test/functions/serve-api/route-table.test.ts -u\`.
 */
export const routeTable: Readonly<Record<Operation, Entry>> = {
${entries.flat().sort().join('')}};
`;
  await expect(table).toMatchFileSnapshot('../../../functions/serve-api/route-table.ts');
});
