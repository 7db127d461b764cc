import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One resource of the template, with unresolved intrinsic functions. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

/** The parts of a CloudFormation template that the local cloud reads. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A stack of the assembly. `account` and `region` are absent if the app leaves them to the deployment. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  readonly account?: string;
  readonly region?: string;
  /** Values that the app sets for the template's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Assembly {
  /** In the order of their dependencies. */
  readonly stacks: readonly AssemblyStack[];
  /** Local file or folder of each asset, by its key in the bootstrap bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly file?: string;
    readonly directoryName?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/**
 * Reads a synthesised cloud assembly and its stages.
 * @param folder `cdk.out`
 * @throws Error if the folder does not contain an assembly
 */
export function readAssembly(folder: string): Assembly {
  const stacks: AssemblyStack[] = [];
  const assets = new Map<string, string>();
  readFolder(folder, stacks, assets);
  return { stacks, assets };
}

function readFolder(folder: string, stacks: AssemblyStack[], assets: Map<string, string>): void {
  const { artifacts = {} } = readJson<{ artifacts?: Record<string, Artifact> }>(
    join(folder, 'manifest.json'),
  );
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (!artifact || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    const { templateFile, stackName, parameters, file, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'aws:cloudformation:stack' && templateFile) {
      stacks.push({
        name: stackName ?? id,
        template: readJson<Template>(join(folder, templateFile)),
        parameters: parameters ?? {},
        ...environmentOf(artifact.environment),
      });
    }
    if (artifact.type === 'cdk:asset-manifest' && file) readAssets(folder, file, assets);
    if (artifact.type === 'cdk:cloud-assembly' && directoryName)
      readFolder(join(folder, directoryName), stacks, assets);
  };
  for (const id of Object.keys(artifacts)) visit(id);
}

function readAssets(folder: string, file: string, assets: Map<string, string>): void {
  for (const asset of Object.values(readJson<AssetManifest>(join(folder, file)).files ?? {})) {
    if (!asset.source.path) continue;
    for (const { objectKey } of Object.values(asset.destinations))
      assets.set(objectKey, join(folder, asset.source.path));
  }
}

/** `aws://123456789012/eu-central-1`, or `aws://unknown-account/unknown-region`. */
function environmentOf(environment = ''): { account?: string; region?: string } {
  const [account, region] = environment.replace('aws://', '').split('/');
  return {
    ...(account && account !== 'unknown-account' ? { account } : {}),
    ...(region && region !== 'unknown-region' ? { region } : {}),
  };
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new Error(
      `${file} cannot be read as part of a cloud assembly: ${error instanceof Error ? error.message : error}`,
    );
  }
}
