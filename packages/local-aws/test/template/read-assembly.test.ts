import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { CloudServices } from '../../src/cloud-services.ts';
import { assetFolder, provideAssets } from '../../src/template/asset-folder.ts';
import { readAssembly } from '../../src/template/read-assembly.ts';

const fixture = join(import.meta.dirname, '..', 'fixtures', 'small.out');
const folder = mkdtempSync(join(tmpdir(), 'pressroom-assembly-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('reads the stacks in the order of their dependencies', () => {
  const { stacks } = readAssembly(fixture);
  expect(stacks.map(({ name, region, account }) => ({ name, region, account }))).toEqual([
    { name: 'small-data', region: undefined, account: undefined },
    { name: 'small-work', region: 'eu-central-1', account: undefined },
  ]);
  expect(stacks[0]?.template.Resources?.Media?.Type).toBe('AWS::S3::Bucket');
});

it('finds the local folder of an asset by its key in the bootstrap bucket', () => {
  const sharedValues = new Map<string, unknown>();
  const services: Pick<CloudServices, 'shared'> = {
    shared<T>(name: string, make: () => T): T {
      if (!sharedValues.has(name)) sharedValues.set(name, make());
      return sharedValues.get(name) as T;
    },
  };
  provideAssets(services, readAssembly(fixture).assets);
  expect(assetFolder(services, 'abc123.zip')).toBe(join(fixture, 'asset.abc123'));
  expect(() => assetFolder(services, 'other.zip')).toThrow('does not contain the asset "other.zip"');
});

it('reads the stacks of stages too', () => {
  cpSync(fixture, join(folder, 'assembly-Live'), { recursive: true });
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      artifacts: { Live: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Live' } } },
    }),
  );
  const { stacks, assets } = readAssembly(folder);
  expect(stacks.map(({ name }) => name)).toEqual(['small-data', 'small-work']);
  expect(assets.get('abc123.zip')).toBe(join(folder, 'assembly-Live', 'asset.abc123'));
});

it('names a missing file in its error', () => {
  expect(() => readAssembly(join(folder, 'nowhere'))).toThrow(join(folder, 'nowhere', 'manifest.json'));
});
