/** Texts of files by their path in the repository. */
export type Files = ReadonlyMap<string, string>;

/** Files beside package.json and package-lock.json that name the version, and where. */
export const versionPlaces: readonly { readonly file: string; readonly place: RegExp }[] = [
  { file: 'domain/delivery/viewers-version.ts', place: /(?<=viewersVersion = ')[^']+/g },
  { file: 'docs/viewers.md', place: /(?<=\/viewers\/)\d+\.\d+\.\d+(?=\/)/g },
  { file: 'docs/github-action.md', place: /(?<=example\/pressroom@v|`v)\d+\.\d+\.\d+/g },
];

/**
 * Sets the version of the project and of its packages, which is one, and cuts the section of the changelog.
 * @param files package.json, those of the packages, package-lock.json, CHANGELOG.md and those of `versionPlaces`
 * @param day as in 2026-12-01
 * @returns the files that change
 * @throws Error that says what prevents the release
 */
export function setVersion(files: Files, version: string, day: string): Files {
  const text = (file: string) => {
    const found = files.get(file);
    if (found === undefined) throw new Error(`${file} is missing.`);
    return found;
  };
  const current = (JSON.parse(text('package.json')) as Manifest).version ?? '';
  checkVersion(version, current);
  const changed = new Map<string, string>([
    ['CHANGELOG.md', cutChangelog(text('CHANGELOG.md'), version, day)],
  ]);
  for (const [file, content] of files) {
    if (file.endsWith('package.json')) changed.set(file, toJson(withVersion(JSON.parse(content), version)));
    if (file === 'package-lock.json') {
      const lock = JSON.parse(content) as Manifest & { packages: Record<string, Manifest> };
      // Entries below node_modules are packages of others, or links to those of the project.
      for (const [path, entry] of Object.entries(lock.packages))
        if (!path.includes('node_modules')) lock.packages[path] = withVersion(entry, version);
      changed.set(file, toJson({ ...lock, version }));
    }
  }
  for (const { file, place } of versionPlaces) {
    const before = text(file);
    if (!before.match(place)) throw new Error(`${file} names no version at ${place}.`);
    changed.set(file, before.replace(place, version));
  }
  return changed;
}

/**
 * The section of a version, without its heading.
 * @throws Error if there is none
 */
export function releaseNotes(changelog: string, version: string): string {
  const notes = sectionsOf(changelog)
    .find(({ heading }) => heading.startsWith(`${version} `))
    ?.text.trim();
  if (!notes) throw new Error(`CHANGELOG.md has no section for ${version}.`);
  return notes;
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function withVersion(manifest: Manifest, version: string): Manifest {
  const own = (packages: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(packages).map(([name, range]) => [
        name,
        name.startsWith('@pressroom/') ? version : range,
      ]),
    );
  return {
    ...manifest,
    version,
    ...(manifest.dependencies ? { dependencies: own(manifest.dependencies) } : {}),
    ...(manifest.devDependencies ? { devDependencies: own(manifest.devDependencies) } : {}),
  };
}

function checkVersion(version: string, current: string): void {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
  if (!parts) throw new Error(`'${version}' must be a version, as in 1.2.3.`);
  const before = current.split('.').map(Number);
  const index = parts.findIndex((part, place) => part !== before[place]);
  if (index === -1 || (parts[index] ?? 0) < (before[index] ?? 0))
    throw new Error(`'${version}' must be above the present version, ${current}.`);
}

function cutChangelog(changelog: string, version: string, day: string): string {
  const unreleased = sectionsOf(changelog).find(({ heading }) => heading === 'Unreleased');
  if (!unreleased) throw new Error('CHANGELOG.md has no section "Unreleased".');
  if (unreleased.text.trim() === '') throw new Error('The section "Unreleased" of CHANGELOG.md is empty.');
  return changelog.replace('## Unreleased\n', `## Unreleased\n\n## ${version} – ${day}\n`);
}

function sectionsOf(changelog: string): { readonly heading: string; readonly text: string }[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return { heading: section.slice(0, end).trim(), text: section.slice(end) };
    });
}

const toJson = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
