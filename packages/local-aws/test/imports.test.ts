import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Modules that each file names, `import type` included; relative ones as paths from the package. */
const imports = new Map(globSync('{src,test}/**/*.ts', { cwd: root }).map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export|\})[^'"]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, named, dynamic]) => {
      const module = named ?? dynamic ?? '';
      return module.startsWith('.') ? relative(root, join(root, dirname(file), module)) : module;
    },
  );
}

/** The first path from a file back to itself. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('the package', () => {
  it('has imports in more than 200 files', () => {
    expect(imports.size).toBeGreaterThan(200);
    expect([...imports.values()].flat().length).toBeGreaterThan(800);
    expect(imports.get('src/start-cloud.ts')).toContain('src/resources/registry.ts');
  });

  it('imports nothing of the app', () => {
    const outside = [...imports].flatMap(([file, modules]) =>
      modules
        .filter((module) => module.startsWith('..') || module.startsWith('@pressroom/'))
        .map((module) => `${file} → ${module}`),
    );
    expect(outside).toEqual([]);
  });

  it('has no import cycle, including imports of types', () => {
    expect(findCycle(imports)).toBeUndefined();
    // A planted cycle is found.
    const planted = new Map([...imports, ['src/cloud-services.ts', ['src/start-cloud.ts']]]);
    expect(findCycle(planted)).toContain('src/cloud-services.ts');
  });

  it('imports the IAM simulator, whose licence is AGPL, in one file', () => {
    const users = [...imports].filter(([, modules]) =>
      modules.some((module) => module.startsWith('@cloud-copilot/')),
    );
    expect(users.map(([file]) => file)).toEqual(['src/permissions/simulate-iam.ts']);
  });
});
