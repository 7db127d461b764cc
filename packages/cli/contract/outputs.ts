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

const schedule = routes.readSchedule.response.schema;
const count = z.int().min(0);
const warning = z.strictObject({ kind: z.literal('warning'), message: z.string() });
const csv = z.string().optional().meta({ description: 'Only without --json' });

/** Of a command that had a job work on every asset that a search finds. */
const found = [
  z.strictObject({ kind: z.literal('entry'), ...itemOf(routes.readJobLog.response.schema).shape }),
  z.strictObject({ kind: z.literal('job'), job }),
] as const;

const edited = z.strictObject({
  kind: z.literal('result'),
  id: z.string(),
  outcome: z.enum(['changed', 'unchanged', 'failed']),
  detail: z.string().optional().meta({ description: 'Why it failed' }),
});

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
    ...found,
  ]),

  versions: itemOf(routes.listVersions.response.schema),
  rollback: routes.publishVersion.response.schema,
  history: itemOf(routes.readAssetHistory.response.schema),
  download: z.strictObject({
    id: z.string().optional().meta({ description: 'Missing for a ZIP file' }),
    version: z.int().min(1).optional(),
    path: z.string().meta({ description: 'Path on this machine' }),
    bytes: z.int().min(0),
    leftOut: z
      .array(z.strictObject({ id: z.string(), message: z.string() }))
      .readonly()
      .optional(),
  }),
  url: z.strictObject({
    id: z.string(),
    url: z.string(),
    live: z.boolean(),
    status: z.int().optional().meta({ description: 'With --check: HTTP status of the edge' }),
  }),
  embed: routes.listUrls.response.schema.shape.embeds.element,
  why: z.strictObject({
    id: z.string(),
    live: z.boolean(),
    sentence: z.string(),
    next: z.string().optional().meta({ description: 'What to do next' }),
    steps: z.array(
      z.strictObject({
        step: z.enum(['record', 'intent', 'plan', 'origin', 'edge']),
        ok: z.boolean(),
        text: z.string(),
      }),
    ),
  }),
  export: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('assets'),
      record: z.union([assetResponse, itemOf(routes.searchAssets.response.schema)]),
      csv,
    }),
    z.strictObject({ kind: z.literal('jobs'), record: job, csv }),
    z.strictObject({
      kind: z.literal('history'),
      record: z.strictObject({ asset: z.string(), ...itemOf(routes.readAssetHistory.response.schema).shape }),
      csv,
    }),
  ]),

  mv: z.union([z.strictObject({ kind: z.literal('moved'), asset: assetResponse }), warning, ...found]),
  rename: routes.renameAsset.response.schema,
  trash: z.union([z.strictObject({ kind: z.literal('trashed'), id: z.string() }), warning, ...found]),
  'trash ls': itemOf(routes.listTrash.response.schema),
  'trash empty': z.strictObject({ id: z.string() }),
  restore: z.union([z.strictObject({ kind: z.literal('restored'), asset: assetResponse }), warning]),

  keywords: z.union([edited, ...found]),
  dates: z.union([...found]),
  'metadata set': z.union([edited, ...found]),
  'metadata export': z.strictObject({ csv: z.string() }),
  'metadata import': z.union([
    z.strictObject({
      kind: z.literal('row'),
      ...routes.importMetadata.response.schema.shape.results.element.shape,
    }),
    warning,
  ]),
  'folders ls': folderResponse,
  'folders add': folderResponse,
  'folders mv': z.strictObject({ path: z.string(), moved: count }),
  'folders rm': z.strictObject({
    path: z.string(),
    trashed: count,
    warnings: z.array(z.string()).readonly(),
  }),

  'sets ls': assetResponse,
  'sets show': routes.readSet.response.schema,
  'sets create': routes.createSet.response.schema,
  'sets edit': routes.editSet.response.schema,
  'sets presets ls': itemOf(routes.listBatchSetPresets.response.schema),
  'sets presets put': routes.putBatchSetPreset.response.schema,
  'sets presets rm': routes.deleteBatchSetPreset.response.schema,

  sync: z.union([
    z.strictObject({
      kind: z.literal('change'),
      action: z.enum(['upload', 'replace', 'trash', 'refused', 'unchanged']),
      folder: z.string(),
      name: z.string().meta({ description: 'File name' }),
      id: z.string().optional(),
      bytes: z.int().min(0).optional(),
      message: z.string().optional(),
    }),
    z.strictObject({ kind: z.literal('job'), job }),
    z.strictObject({
      kind: z.literal('summary'),
      dryRun: z.boolean(),
      upload: count,
      replace: count,
      trash: count,
      unchanged: count,
      bytes: count,
    }),
  ]),
  upload: z.union([
    uploadedFile,
    z.strictObject({ kind: z.literal('job'), job }),
    z.strictObject({
      kind: z.literal('metadata'),
      path: z.string().meta({ description: 'Path on this machine' }),
      outcome: itemOf(routes.readJobLog.response.schema).shape.outcome.meta({
        description: '`skipped`: all rows are applied. `error`: `message` names each row that is not',
      }),
      message: z.string(),
      jobId: z.string(),
    }),
  ]),

  'import dmc': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('row'),
      row: z
        .int()
        .meta({ description: 'In CSV the header is row 1; in XML the number of the asset, from 1' }),
      what: z.enum(['asset', 'set', 'preset']).optional(),
      id: z.string().meta({ description: 'Id of the asset or set, name of the preset' }),
      outcome: z.enum(['imported', 'planned', 'done', 'failed', 'left-out']).meta({
        description:
          '`planned`: a dry run would import it. `done`: an earlier run has. `left-out`: not for this system; `message` says why',
      }),
      message: z.string().optional(),
    }),
    warning,
    z.strictObject({
      kind: z.literal('summary'),
      dryRun: z.boolean(),
      imported: count,
      done: count,
      failed: count,
      leftOut: count,
    }),
  ]),
  'import s3': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('file'),
      name: z.string(),
      id: z.string().optional(),
      message: z.string().meta({ description: 'Why it was not imported' }),
    }),
    z.strictObject({ kind: z.literal('job'), job }),
    z.strictObject({ kind: z.literal('summary'), imported: count, unchanged: count, failed: count }),
  ]),

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

  plan: z.union([
    z.strictObject({ kind: z.literal('plan'), plan: routes.createPlan.response.schema }),
    z.strictObject({ kind: z.literal('asset'), ...itemOf(routes.listPlanEntries.response.schema).shape }),
  ]),
  undo: z.union([
    z.strictObject({ kind: z.literal('job'), job }),
    z.strictObject({ kind: z.literal('plan'), ...dryRun.shape }),
  ]),

  'schedules add': schedule,
  'schedules ls': schedule,
  'schedules show': schedule,
  'schedules edit': schedule,
  'schedules pause': schedule,
  'schedules resume': schedule,
  'schedules rm': schedule,
  'schedules run': job,
  'schedules preview': routes.previewSchedule.response.schema,

  'notifications ls': itemOf(routes.listDeliveries.response.schema),
  'notifications test': routes.testNotification.response.schema,
  'notifications send': routes.sendAgain.response.schema,

  'presets ls': routes.listImagePresets.response.schema.shape.items.element,
  'presets put': routes.putImagePreset.response.schema,
  'presets rm': routes.deleteImagePreset.response.schema,
  'cdn invalidate': routes.invalidateCdn.response.schema,
  'cdn ls': z.union([
    z.strictObject({
      kind: z.literal('month'),
      ...routes.listInvalidations.response.schema.shape.month.shape,
    }),
    z.strictObject({ kind: z.literal('invalidation'), ...routes.readInvalidation.response.schema.shape }),
  ]),

  settings: routes.readSettings.response.schema,
  'settings set': routes.editSettings.response.schema,
  'settings server': job,
  'members ls': itemOf(routes.listMembers.response.schema),
  'members show': z.strictObject(routes.readMember.response.schema.shape),
  'members invite': routes.inviteMember.response.schema,
  'members role': routes.editMember.response.schema,
  'members remove': z.strictObject({ removed: z.string(), ...routes.removeMember.response.schema.shape }),
  'members resend-invitation': z.strictObject({
    member: z.string(),
    ...routes.resendInvitation.response.schema.shape,
  }),
  'members reset-password': z.strictObject({
    member: z.string(),
    ...routes.resetPassword.response.schema.shape,
  }),
  'members reset-mfa': z.strictObject({ member: z.string(), ...routes.resetMfa.response.schema.shape }),
  'members add-machine': routes.createMachine.response.schema,
  'members add-trust-rule': routes.createTrustRule.response.schema,
  audit: itemOf(routes.listAudit.response.schema),

  mcp: z.strictObject({}).meta({ description: 'Nothing: standard output is for the protocol' }),
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
