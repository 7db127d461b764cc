import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseNotes, setVersion, versionPlaces } from '../../scripts/release/set-version.ts';

const root = join(import.meta.dirname, '..', '..');
const files = new Map(
  [
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    ...globSync('packages/*/package.json', { cwd: root }),
    ...versionPlaces.map(({ file }) => file),
  ].map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const present = (JSON.parse(files.get('package.json') ?? '') as { version: string }).version;
const replacing = (file: string, text: string) => new Map([...files, [file, text]]);

describe('The version', () => {
  it('is the same in every place', () => {
    const found = [...files]
      .filter(([file]) => file.endsWith('package.json'))
      .map(([file, text]) => [file, (JSON.parse(text) as { version: string }).version]);
    for (const { file, place } of versionPlaces)
      found.push(...[...(files.get(file) ?? '').matchAll(place)].map(([one]) => [file, one]));
    expect(found.length).toBeGreaterThan(8);
    expect(found.filter(([, version]) => version !== present)).toEqual([]);
  });

  it('of a release is set in every place, and nothing else changes', () => {
    const changed = setVersion(files, '9.8.7', '2027-01-02');
    expect([...changed.keys()].sort()).toEqual([...files.keys()].sort());
    for (const [file, text] of changed) {
      if (file === 'CHANGELOG.md') continue;
      const before = files.get(file) ?? '';
      const lines = text.split('\n');
      const different = before.split('\n').filter((line, index) => line !== lines[index]);
      expect(lines.length, file).toBe(before.split('\n').length);
      expect(different.length, file).toBeGreaterThan(0);
      expect(
        different.filter((line) => !line.includes(present)),
        file,
      ).toEqual([]);
    }
    const lock = changed.get('package-lock.json') ?? '';
    expect(lock.match(/"version": "9\.8\.7"/g)).toHaveLength(
      globSync('packages/*/package.json', { cwd: root }).length + 2,
    );
    expect(lock).not.toContain(`"@pressroom/api": "${present}"`);
  });

  it.each([
    ['1.2', "'1.2' must be a version, as in 1.2.3."],
    ['v1.2.3', "'v1.2.3' must be a version, as in 1.2.3."],
    ['1.2.3-rc.1', "'1.2.3-rc.1' must be a version, as in 1.2.3."],
    [present, `'${present}' must be above the present version, ${present}.`],
    ['0.0.9', `'0.0.9' must be above the present version, ${present}.`],
  ])('%s is refused: %s', (version, text) => {
    expect(() => setVersion(files, version, '2027-01-02')).toThrow(text);
  });
});

describe('The changelog', () => {
  const changelog =
    '# Changelog\n\nText.\n\n## Unreleased\n\n### Added\n- Plans.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n';

  it('gets a section for the version, and an empty one for what follows', () => {
    const cut =
      setVersion(replacing('CHANGELOG.md', changelog), '9.8.7', '2027-01-02').get('CHANGELOG.md') ?? '';
    expect(cut).toBe(changelog.replace('## Unreleased\n', '## Unreleased\n\n## 9.8.7 – 2027-01-02\n'));
    expect(releaseNotes(cut, '9.8.7')).toBe('### Added\n- Plans.');
    expect(releaseNotes(cut, '0.1.0')).toBe('- First.');
    expect(() => setVersion(new Map([...files, ['CHANGELOG.md', cut]]), '9.8.8', '2027-01-03')).toThrow(
      'The section "Unreleased" of CHANGELOG.md is empty.',
    );
  });

  it('without the section stops the release', () => {
    expect(() => setVersion(replacing('CHANGELOG.md', '# Changelog\n'), '9.8.7', '2027-01-02')).toThrow(
      'CHANGELOG.md has no section "Unreleased".',
    );
    expect(() => releaseNotes(changelog, '0.2.0')).toThrow('CHANGELOG.md has no section for 0.2.0.');
  });
});

it('a place that names no version any more stops the release', () => {
  expect(() => setVersion(replacing('docs/github-action.md', 'text'), '9.8.7', '2027-01-02')).toThrow(
    'docs/github-action.md names no version',
  );
});
