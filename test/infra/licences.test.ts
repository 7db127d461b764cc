/**
 * The licences of everything that is deployed. The manifests of the cloud assembly name every folder that is uploaded,
 * so that nothing is deployed without a check.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { bundledSources } from '../../infra/constructs/function-bundle.ts';
import { byName, isPermissive, listFile, listOf, type Package, packageOf } from '../support/licences.ts';
import { sharedSynthesis } from './synth.ts';

const root = join(import.meta.dirname, '..', '..');

/** LGPL and MPL packages, each with the file that holds it: an operator can replace that file by their own build. */
const replaceable: Readonly<Record<string, RegExp>> = {
  '@img/sharp-libvips-linux-x64': /\/lib\/libvips-cpp\.so\.[\d.]+$/,
  'libheif-js': /\/libheif-wasm\/libheif\.wasm$/,
  mediabunny: /\/mediabunny\.min\.mjs$/,
};

/** Packages inside the code of a bundle. */
function bundledPackages(folder: string): Package[] {
  return bundledSources(folder)
    .filter((source) => source.includes('node_modules/'))
    .map((source) => packageOf(join(root, source)));
}

/** Packages beside a bundle's code, as files of their own. */
function separatePackages(asset: string): Package[] {
  return globSync('node_modules/{*,@*/*}/package.json', { cwd: asset }).map((manifest) =>
    packageOf(join(asset, manifest)),
  );
}

/** Folders that a deployment uploads. */
function uploadedFolders(): string[] {
  const { folder } = sharedSynthesis();
  const files = globSync('*.assets.json', { cwd: folder }).flatMap((manifest) => {
    const parsed = JSON.parse(readFileSync(join(folder, manifest), 'utf8')) as {
      files: Record<string, { source: { path: string; packaging: string } }>;
    };
    return Object.values(parsed.files).map(({ source }) => source);
  });
  return [
    ...new Set(files.filter(({ packaging }) => packaging === 'zip').map(({ path }) => join(folder, path))),
  ];
}

it('every package inside a bundle has a permissive licence, and is in the list', async () => {
  const { folder } = sharedSynthesis();
  const codeOf = (asset: string) => readFileSync(join(asset, 'index.mjs'), 'utf8');
  const bundles = new Map(
    globSync('bundles/*', { cwd: folder }).map((bundle) => [codeOf(join(folder, bundle)), basename(bundle)]),
  );
  const uploaded = uploadedFolders().map((asset) => bundles.get(codeOf(asset)));
  expect(uploaded.length).toBeGreaterThanOrEqual(15);
  expect(uploaded).not.toContain(undefined);
  const packages = uploaded.flatMap((bundle) => bundledPackages(bundle ?? ''));
  const found = byName(packages);
  // The AWS SDK alone brings some dozens of packages: a list read wrongly must not look like clean bundles.
  expect(Object.keys(found).length).toBeGreaterThan(40);
  expect(found).toMatchObject({ '@aws-sdk/client-s3': 'Apache-2.0', saxes: 'ISC', zod: 'MIT' });
  expect(packages.filter(({ licence }) => !isPermissive(licence))).toEqual([]);
  expect(Object.keys(found)).not.toContain('@cloud-copilot/iam-simulate');
  await expect(listOf(packages)).toMatchFileSnapshot(listFile('functions'));
});

it('every package beside a bundle has a permissive licence, or LGPL or MPL and a replaceable file', async () => {
  const folders = uploadedFolders();
  await expect(listOf(folders.flatMap(separatePackages))).toMatchFileSnapshot(listFile('beside-functions'));
  const packages = byName(folders.flatMap(separatePackages));
  const others = Object.entries(packages).filter(([, licence]) => !isPermissive(licence));
  expect(others.map(([name]) => name)).toEqual(Object.keys(replaceable));
  for (const [name, licence] of others) {
    expect(licence).toMatch(/^(LGPL|MPL)-/);
    const users = folders.filter((folder) => existsSync(join(folder, 'node_modules', name)));
    expect(users.length).toBeGreaterThan(0);
    for (const folder of users) {
      const files = globSync(`node_modules/${name}/**/*`, { cwd: folder });
      expect(files.filter((file) => replaceable[name]?.test(file))).toHaveLength(1);
    }
  }
});

it('the edge function contains no package', () => {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: ['functions/check-request/handler.ts'],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('functions/check-request/handler.ts');
  expect(inputs.length).toBeGreaterThan(3);
  expect(inputs.filter((file) => file.includes('node_modules'))).toEqual([]);
});

it('a licence expression is permissive if every term is, or if one of its choices is', () => {
  expect(isPermissive('MIT')).toBe(true);
  expect(isPermissive('(MIT OR GPL-3.0-only)')).toBe(true);
  expect(isPermissive('Apache-2.0 AND LGPL-3.0-or-later')).toBe(false);
  expect(isPermissive('undefined')).toBe(false);
  expect(isPermissive(packageOf(join(root, 'node_modules/@cloud-copilot/iam-simulate/x')).licence)).toBe(
    false,
  );
});
