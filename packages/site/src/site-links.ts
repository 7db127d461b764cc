import { relative, sep } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { siteLinkOf } from './page-address.ts';
import { repositoryRoot } from './repository.ts';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/**
 * Makes the links of the repository links of the site. A link to a source file becomes one to the repository on the web,
 * or plain text where the project has no such address.
 * @param repository address of the repository on the web, without a slash at its end
 */
export function siteLinks(md: MarkdownRenderer, repository: string | undefined): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const { realPath, path } = env as { realPath?: string; path?: string };
    const file = realPath ?? path;
    if (file === undefined) return;
    const from = relative(repositoryRoot, file).split(sep).join('/');
    for (const token of tokens)
      if (token.children) token.children = changed(token.children, from, repository);
  });
}

function changed(tokens: readonly Token[], from: string, repository: string | undefined): Token[] {
  let dropped = false;
  return tokens.filter((token) => {
    if (token.type === 'link_close' && dropped) {
      dropped = false;
      return false;
    }
    if (token.type !== 'link_open') return true;
    const link = siteLinkOf(from, token.attrGet('href') ?? '');
    if (link.kind !== 'source') token.attrSet('href', link.href);
    else if (repository !== undefined) token.attrSet('href', `${repository}/blob/main/${link.path}`);
    else dropped = true;
    return !dropped;
  });
}
