/** The tree and the import table of docs/architecture.md, compared with the folders and the import rules. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument, tableRows } from '../support/documents.ts';
import { layers } from '../support/layers.ts';

const page = readDocument('docs/architecture.md');
const features = [
  'assets',
  'companies',
  'delivery',
  'jobs',
  'library',
  'notifications',
  'schedules',
  'sets',
  'uploads',
];

interface TreeFolder {
  readonly path: string;
  readonly hasFeatures: boolean;
}

/** The folders of the tree, each with its whole path. Only placeholders such as `<name>/` are left out. */
function treeFolders(): TreeFolder[] {
  const tree = /## The tree[\s\S]*?```\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  let parent = '';
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', first = '', more = '', mark] =
      /^( *)([\w-]+\/)((?: [\w-]+\/)*)\s+(⑨)?/.exec(`${line} `) ?? [];
    if (first === '') return [];
    if (indent === '') parent = first;
    const base = indent === '' ? '' : parent;
    return [first, ...more.trim().split(' ')]
      .filter((name) => name !== '')
      .map((name) => ({ path: `${base}${name}`, hasFeatures: mark !== undefined }));
  });
}

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

describe('the tree of docs/architecture.md', () => {
  const tree = treeFolders();

  it('has only folders that exist', () => {
    expect(tree.length).toBeGreaterThan(25);
    expect(tree.map(({ path }) => path).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('has every folder of the repository', () => {
    const hidden = ['node_modules', 'cdk.out', 'coverage'];
    const top = foldersIn('.').filter((name) => !name.startsWith('.') && !hidden.includes(name));
    expect(tree.map(({ path }) => path)).toEqual(expect.arrayContaining(top.map((name) => `${name}/`)));
    for (const parent of ['adapters', 'packages']) {
      const listed = tree.flatMap(({ path }) => (path.startsWith(`${parent}/`) ? [path.split('/')[1]] : []));
      expect(listed.filter((name) => name !== '').toSorted()).toEqual(foldersIn(parent).toSorted());
    }
  });

  it.each(tree.filter(({ hasFeatures, path }) => hasFeatures && path !== 'docs/'))(
    '$path has a folder for each feature that it needs, and no folder of another name',
    ({ path }) => {
      // What all stores share belongs to no feature.
      const names = foldersIn(path).filter((name) => name !== 'table');
      expect(names.length).toBeGreaterThan(3);
      expect(names.filter((name) => !features.includes(name))).toEqual([]);
    },
  );

  it('names the pages of all nine features', () => {
    for (const feature of features) expect(existsSync(`docs/${feature}.md`), feature).toBe(true);
    for (const feature of features) expect(page).toContain(`\`${feature}\``);
  });
});

describe('the import table of docs/architecture.md', () => {
  const rows = tableRows(page.split('## Imports')[1]?.split('\n## ')[0] ?? '');
  const pathsIn = (text = '') => [...text.matchAll(/`([\w-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
  const plain = (list: readonly (string | RegExp)[] = []) => list.filter((one) => typeof one === 'string');

  it('has a row for each layer of the rules', () => {
    expect(rows.map(([layer]) => layer).toSorted()).toEqual(
      Object.keys(layers)
        .map((layer) => `\`${layer}/\``)
        .toSorted(),
    );
  });

  it.each(rows)('says of %s what the rules say', (name = '', may = '') => {
    const own = name.replaceAll('`', '');
    const layer = layers[own.slice(0, -1)];
    const [values = '', types = ''] = may.split('types of');
    expect(pathsIn(values).toSorted()).toEqual(
      plain(layer?.files)
        .filter((path) => path !== own)
        .toSorted(),
    );
    expect(pathsIn(types)).toEqual(plain(layer?.types));
    const hasContracts = layer?.files.some((one) => one instanceof RegExp && one.test('a.contract.ts'));
    expect(may.includes('contracts')).toBe(hasContracts);
  });
});
