import type { MarkdownRenderer } from 'vitepress';

/** Tags that pages may use: a component of the site, and what GitHub shows too. Everything else in angle brackets is text. */
const tags = ['UrlConverter', 'br', 'details', 'img', 'kbd', 'p', 'picture', 'source', 'summary'];

/** Comments, and the tags above. */
const markup = new RegExp(`^(<!--[\\s\\S]*-->\\s*|</?(${tags.join('|')})(\\s[^>]*)?>)`);

/** Shows `<company>` and `{{name}}` as they are written: VitePress would take them for elements and expressions. */
export function literalTags(md: MarkdownRenderer): void {
  for (const rule of ['html_inline', 'html_block'] as const) {
    md.renderer.rules[rule] = (tokens, index) => {
      const { content = '' } = tokens[index] ?? {};
      return markup.test(content.trimStart()) ? content : md.utils.escapeHtml(content);
    };
  }
  const text = md.renderer.rules.text;
  md.renderer.rules.text = (tokens, index, ...others) =>
    (text?.(tokens, index, ...others) ?? '').replaceAll('{{', '&#123;&#123;');
  md.core.ruler.push('literal-code', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? []))
      if (token.type === 'code_inline') token.attrSet('v-pre', '');
  });
}
