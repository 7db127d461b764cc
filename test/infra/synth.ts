/**
 * One synthesis of the whole app, checked by cdk-nag, that all tests of this folder look at. The infra project of
 * vitest runs its files in one worker without isolation, so this module is loaded once.
 */
import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { inject } from 'vitest';
import { makePressroom } from '../../infra/pressroom.ts';
import { testEnvironment } from './baseline.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>
  >;
}

export interface Synthesis {
  /** The cloud assembly. */
  readonly folder: string;
  /** Templates by the last word of the stack's name: `data`, `ingest` … */
  readonly templates: Readonly<Record<string, Template>>;
  readonly templateFiles: readonly string[];
}

export const stackNames = [
  'data',
  'ingest',
  'publishing',
  'delivery',
  'edge',
  'schedules',
  'api',
  'library',
  'notification',
  'observability',
  'console',
] as const;

/** Synthesises the app, with other settings where given. */
export function synthesise(
  settings: Readonly<Record<string, string>> = {},
  { env = testEnvironment, nag = false }: { env?: Environment; nag?: boolean } = {},
): Synthesis {
  const folder = mkdtempSync(join(inject('scratch'), 'synth-'));
  const app = makePressroom({ outdir: folder, analyticsReporting: false, context: settings }, env);
  if (nag) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  const prefix = settings.prefix ?? 'pressroom';
  // A stack in us-east-1 has the region of its installation in its name if that is another one.
  const file = (name: string) =>
    join(folder, globSync(`${prefix}-{${name},*-*-[0-9]-${name}}.template.json`, { cwd: folder })[0] ?? name);
  // These exist only with their settings.
  const names = [
    ...stackNames,
    ...(settings.maxRequestsPerAddress === undefined ? [] : ['firewall']),
    ...(settings.site === 'on' ? ['site'] : []),
  ];
  return {
    folder,
    templateFiles: names.map(file),
    templates: Object.fromEntries(
      names.map((name) => [name, JSON.parse(readFileSync(file(name), 'utf8')) as Template]),
    ),
  };
}

let shared: Synthesis | undefined;

/** The synthesis with the default settings. */
export function sharedSynthesis(): Synthesis {
  shared ??= synthesise({}, { nag: true });
  return shared;
}

export interface Located extends Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Every resource of one type (or all), over all stacks. */
export function resources(type?: string, from: Synthesis = sharedSynthesis()): Located[] {
  return Object.entries(from.templates).flatMap(([stack, template]) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => type === undefined || resource.Type === type)
      .map(([logicalId, resource]) => ({ Properties: {}, ...resource, stack, logicalId })),
  );
}
