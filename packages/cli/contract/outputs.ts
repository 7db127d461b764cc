/**
 * What each command prints with `--json`: one line of JSON for each result, which fits the schema of the command. Written as
 * JSON Schema into `packages/cli/schemas/` by `npx vitest run --project unit packages/cli/test/schemas.test.ts -u`.
 */
import { assetResponse } from '@pressroom/api/assets/asset-response';
import { folderResponse } from '@pressroom/api/library/folder-routes';
import { routes, signedInRoutes } from '@pressroom/api/routes';
import * as z from 'zod';

/** The items of a page. */
const itemOf = <Item extends z.ZodType>(
  page: z.ZodObject<{ items: z.ZodArray<Item> } & z.core.$ZodLooseShape>,
): Item => page.shape.items.element;

const job = routes.readJob.response.schema;
const dryRun = routes.publishAssets.dryRun.schema;

/** An upload job with its end, where the command has waited for it. */
const uploadedFile = z.strictObject({
  kind: z.literal('file'),
  path: z.string().meta({ description: 'Path on this machine' }),
  folder: z.string(),
  assetId: z.string().optional(),
  bytes: z.int().min(0),
  outcome: z.enum(['sent', 'refused', 'unchanged']).meta({
    description: '`unchanged`: the library has the same bytes already. `refused`: `message` says why',
  }),
  message: z.string().optional(),
  jobId: z.string().optional(),
});

export const outputs = {
  login: z.strictObject({
    profile: z.string(),
    api: z.string(),
    company: z.string().optional(),
    name: z.string().optional(),
    companies: z.array(z.string()),
  }),
  logout: z.strictObject({ profile: z.string() }),
  'company ls': z.strictObject({
    ...signedInRoutes.readMe.response.schema.shape.companies.element.shape,
    current: z
      .boolean()
      .meta({ description: 'The company that commands use unless told otherwise by --company' }),
  }),
  'company use': z.strictObject({ profile: z.string(), company: z.string() }),
  company: z.strictObject({
    company: z.string(),
    profile: z.string().optional(),
    api: z.string(),
    role: z.enum(['viewer', 'user', 'admin']),
    subject: z.string(),
    name: z.string().optional(),
    overview: routes.readOverview.response.schema,
  }),

  ls: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('folder'), ...folderResponse.shape }),
    z.strictObject({ kind: z.literal('asset'), ...assetResponse.shape }),
  ]),
  show: assetResponse,
  find: itemOf(routes.searchAssets.response.schema),
  publish: z.union([
    z.strictObject({ kind: z.literal('result'), ...itemsOfResults(routes.publishAssets.response.schema) }),
    z.strictObject({ kind: z.literal('plan'), ...dryRun.shape }),
  ]),
  unpublish: z.union([
    z.strictObject({ kind: z.literal('result'), ...itemsOfResults(routes.unpublishAssets.response.schema) }),
    z.strictObject({ kind: z.literal('warning'), message: z.string() }),
    z.strictObject({ kind: z.literal('plan'), ...dryRun.shape }),
  ]),

  upload: z.union([uploadedFile, z.strictObject({ kind: z.literal('job'), job })]),

  'jobs ls': job,
  'jobs show': job,
  'jobs log': itemOf(routes.readJobLog.response.schema),
  'jobs watch': job,
  'jobs cancel': job,
  'jobs retry': job,
  'jobs submit': z.union([
    z.strictObject({ kind: z.literal('job'), job }),
    z.strictObject({ kind: z.literal('plan'), ...dryRun.shape }),
  ]),

  completion: z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish']), script: z.string() }),
};

/** The fields of one result of a route that works on many assets. */
function itemsOfResults<Shape extends z.core.$ZodLooseShape>(
  response: z.ZodObject<{ results: z.ZodArray<z.ZodObject<Shape>> } & z.core.$ZodLooseShape>,
): Shape {
  return response.shape.results.element.shape;
}

/** An error, on standard error. */
export const errorOutput = z.strictObject({
  error: z.strictObject({
    code: z.string().meta({ description: 'Stable: a code of the API, or of the command line' }),
    message: z.string(),
    hint: z.string().optional().meta({ description: 'What to do next' }),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string(), nearest: z.string().optional() }))
      .optional(),
    requestId: z.string().optional(),
    exitCode: z.int(),
  }),
});

export type Outputs = { readonly [Path in keyof typeof outputs]: z.input<(typeof outputs)[Path]> };
export type ErrorOutput = z.input<typeof errorOutput>;
