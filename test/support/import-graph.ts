/** The imports of the project's sources, as a parser sees them: `import type` is known from an import of values. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface Import {
  /** The importing file, from the root of the repository. */
  readonly from: string;
  /** The imported file from the root of the repository, or the name of a package or of a module of Node. */
  readonly to: string;
  /** Whether only types are imported, which nothing is left of when the program runs. */
  readonly isType: boolean;
}

/** Source files below these folders, without what is installed or generated. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx,mjs}`, {
      cwd: root,
      exclude: ['**/node_modules/**', '**/cdk.out/**', '**/fixtures/**', '**/.local/**', '**/dist/**'],
    }),
  );
}

/** Folders of the repository that hold sources. */
export function sourceFolders(root: string): string[] {
  const found = globSync('*/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['node_modules/**', 'cdk.out/**', '.local/**', 'coverage/**'],
  });
  return [...new Set(found.map((file) => file.split('/')[0] ?? ''))].sort();
}

/**
 * What a file imports.
 * @param file from `root`
 * @throws Error where it cannot be parsed: an import that is not seen would pass every rule
 */
export function importsOf(root: string, file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found: { name: string; isType: boolean }[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      name: moduleRequest.value,
      isType: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ name: moduleRequest.value, isType }] : [],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const literal = /^(['"])(.*)\1$/s.exec(text.slice(start, end))?.[2];
      return literal === undefined ? [] : [{ name: literal, isType: false }];
    }),
  ];
  return found.map(({ name, isType }) => ({ from: file, to: resolve(root, file, name), isType }));
}

/** A package of a workspace stands for its files: `@pressroom/api/routes` is `packages/api/routes.ts`. */
function resolve(root: string, file: string, name: string): string {
  if (name.startsWith('.')) return join(dirname(file), name);
  const [, folder, path = '.'] = /^@pressroom\/([\w-]+)(?:\/(.*))?$/.exec(name) ?? [];
  if (folder === undefined) return name;
  const base = join('packages', folder);
  const { exports = {} } = JSON.parse(readFileSync(join(root, base, 'package.json'), 'utf8')) as {
    exports?: Record<string, string>;
  };
  const key = path === '.' ? '.' : `./${path}`;
  const pattern = Object.keys(exports).find(
    (one) => one === key || (one.includes('*') && key.startsWith(one.split('*')[0] ?? '')),
  );
  const target = pattern && exports[pattern];
  const matched = pattern?.includes('*') ? key.slice(pattern.indexOf('*')) : '';
  const found = target && relative('.', join(base, target.replace('*', matched)));
  if (!found || !existsSync(join(root, found)))
    throw new Error(`${file} imports ${name}, which is not exported`);
  return found;
}

/** Whether an import is of a file of the repository. */
export function isFile({ to }: Import): boolean {
  return /\.(ts|tsx|mjs|json)$/.test(to) && !to.startsWith('node:');
}

/** The shortest cycles of imports, one for each file that is part of any; types count like values. */
export function cyclesIn(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const cycles = new Map<string, string[]>();
  for (const start of next.keys()) {
    const before = new Map<string, string>();
    const queue = [start];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      for (const to of next.get(file) ?? []) {
        if (to === start) {
          const path = [file];
          for (let at = before.get(file); at !== undefined; at = before.get(at)) path.unshift(at);
          const key = [...path].sort().join();
          if (!cycles.has(key)) cycles.set(key, path);
          queue.length = 0;
          break;
        }
        if (!before.has(to)) {
          before.set(to, file);
          queue.push(to);
        }
      }
    }
  }
  return [...cycles.values()];
}
