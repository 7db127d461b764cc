import { posix } from 'node:path';

/** Pages of the repository that are pages of the site, and the addresses of those that are not below `docs/`. */
const others: Readonly<Record<string, string>> = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
};

/**
 * Where a Markdown file of the repository stands in the site.
 * @param file path from the root of the repository
 * @returns path of the page from the root of the site, ending in `.md`; undefined for a file that is no page
 */
export function pageOf(file: string): string | undefined {
  if (!file.endsWith('.md')) return undefined;
  if (file.startsWith('docs/')) return file.slice('docs/'.length);
  const [, packageName] = /^packages\/([\w-]+)\/README\.md$/.exec(file) ?? [];
  return packageName === undefined ? others[file] : `packages/${packageName}.md`;
}

/** The target of a link on the site: a page, an address outside of it, or nothing where only the repository has it. */
export type SiteLink =
  | { readonly kind: 'page'; readonly href: string }
  | { readonly kind: 'address'; readonly href: string }
  | { readonly kind: 'source'; readonly path: string };

/**
 * Reads a link as the repository means it, relative to the file that has it.
 * @param from path of the file that has the link, from the root of the repository
 */
export function siteLinkOf(from: string, href: string): SiteLink {
  if (/^[a-z][a-z+.-]*:/i.test(href) || href.startsWith('#')) return { kind: 'address', href };
  const [path = '', anchor] = href.split('#');
  const file = posix.join(posix.dirname(from), path);
  if (file === 'docs/decisions/' || file === 'docs/decisions')
    return { kind: 'page', href: '/decisions/0001-unknown-image-commands-are-refused.md' };
  const page = pageOf(file);
  if (page === undefined) return { kind: 'source', path: file };
  return { kind: 'page', href: `/${page}${anchor === undefined ? '' : `#${anchor}`}` };
}
