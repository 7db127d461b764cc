import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { pageOf } from './page-address.ts';
import { repositoryRoot } from './repository.ts';

type Group = readonly [title: string, files: readonly string[]];

const filesIn = (pattern: string) => globSync(pattern, { cwd: repositoryRoot }).sort();
const docs = (...names: readonly string[]) => names.map((name) => `docs/${name}.md`);

/** All pages of the site but the first, in the order of the sidebar. */
const groups: readonly Group[] = [
  ['Begin here', docs('tutorial', 'faq', 'comparison')],
  ['How to', filesIn('docs/how-to/*.md')],
  [
    'Features',
    docs(
      ...['console', 'uploads', 'library', 'search', 'bulk-metadata', 'assets', 'sets', 'jobs', 'plans'],
      ...[
        'undo',
        'dates',
        'schedules',
        'notifications',
        'delivery',
        'viewers',
        'preview',
        'download',
        'companies',
      ],
      ...['audit', 'changes'],
    ),
  ],
  [
    'Reference',
    docs(
      ...['cli', 'image-commands', 'image-presets', 'image-settings', 'image-requests', 'events', 'errors'],
      ...['origins', 'glossary'],
    ),
  ],
  ['API', filesIn('docs/api/*.md')],
  ['Background', docs('architecture', 'security', 'costs', 'limits', 'performance', 'image-performance')],
  [
    'Operations',
    docs('deploy', 'migration', 'domains', 'backup', 'operations', 'drills', 'metrics', 'aws-behaviours'),
  ],
  ['Coming from', filesIn('docs/coming-from/*.md')],
  [
    'Contributing',
    [
      'CONTRIBUTING.md',
      'SECURITY.md',
      ...docs('local-cloud', 'writing-style'),
      ...filesIn('packages/*/README.md'),
      'CHANGELOG.md',
    ],
  ],
  ['Decisions', filesIn('docs/decisions/*.md')],
];

/** Pages that no group names yet: each is reachable, also one that was added today. */
function unlisted(): readonly string[] {
  const listed = new Set(['docs/index.md', ...groups.flatMap(([, files]) => files)]);
  return filesIn('docs/*.md').filter((file) => !listed.has(file));
}

/** Groups that are closed until a page of theirs is open. */
const closed: readonly string[] = ['API', 'Contributing', 'Decisions'];

export function sidebar(): DefaultTheme.SidebarItem[] {
  return groups.map(([text, files]) => ({
    text,
    collapsed: closed.includes(text),
    items: [...files, ...(text === 'Features' ? unlisted() : [])].map((file) => ({
      text: titleOf(file),
      link: `/${pageOf(file) ?? ''}`,
    })),
  }));
}

/** The first heading of a page. */
function titleOf(file: string): string {
  const [, heading] = /^# (.+)$/m.exec(readFileSync(join(repositoryRoot, file), 'utf8')) ?? [];
  if (heading === undefined) throw new Error(`${file} has no heading "# …"`);
  return heading;
}
