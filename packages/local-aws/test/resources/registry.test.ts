import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resourceTypes } from '../../src/resources/registry.ts';
import type { ResourceType } from '../../src/resources/resource.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'resources');

it('lists each type once', () => {
  const types = resourceTypes.map(({ type }) => type);
  expect(types).toEqual([...new Set(types)]);
});

it('lists every type that has a file', async () => {
  const files = readdirSync(folder).filter((file) => file !== 'registry.ts');
  const exported = await Promise.all(files.map((file) => import(join(folder, file)) as Promise<object>));
  const types = exported.flatMap((module) => Object.values(module).flat()).filter(isResourceType);
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter((type) => !resourceTypes.includes(type)).map(({ type }) => type)).toEqual([]);
});

function isResourceType(value: unknown): value is ResourceType {
  return (
    typeof value === 'object' && value !== null && 'type' in value && 'honours' in value && 'create' in value
  );
}
