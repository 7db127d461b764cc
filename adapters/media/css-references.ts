import { tokenize, tokenTypes } from 'css-tree/tokenizer';
import { ident, string, url } from 'css-tree/utils';

/** What CSS refers to, read token by token as browsers do (CSS Syntax Module Level 3). */
export interface CssReferences {
  /**
   * The first external reference: an address that is neither in the same file (`#…`) nor embedded (`data:…`), an import, or
   * a function that takes addresses as plain text.
   */
  readonly outside?: string;
  /** Ids that it refers to by `url(#id)`, once for each reference. */
  readonly ids: readonly string[];
}

/** Functions whose strings are addresses, or that would need rules of their own. */
const addressFunctions = new Set([
  'src',
  'image',
  'image-set',
  '-webkit-image-set',
  'cross-fade',
  '-webkit-cross-fade',
]);

export function cssReferences(css: string): CssReferences {
  const ids: string[] = [];
  let outside: string | undefined;
  /** Inside the first part of `@namespace`, which names addresses but loads nothing. It ends at `;`, and at a block. */
  let inNamespace = false;
  let afterUrl = false;
  const take = (address: string) => {
    const trimmed = address.trim();
    if (trimmed.startsWith('#')) ids.push(trimmed.slice(1));
    else if (trimmed !== '' && !/^data:/i.test(trimmed) && !inNamespace) outside ??= trimmed;
  };
  tokenize(css, (type, start, end) => {
    const text = () => css.slice(start, end);
    const wasUrl = afterUrl;
    if (type !== tokenTypes.WhiteSpace && type !== tokenTypes.Comment) afterUrl = false;
    switch (type) {
      case tokenTypes.AtKeyword: {
        const name = ident.decode(css.slice(start + 1, end)).toLowerCase();
        if (name === 'import') outside ??= '@import';
        inNamespace = name === 'namespace';
        break;
      }
      case tokenTypes.Semicolon:
      case tokenTypes.LeftCurlyBracket:
        inNamespace = false;
        break;
      case tokenTypes.Url:
        take(url.decode(text()));
        break;
      case tokenTypes.BadUrl:
        outside ??= text();
        break;
      case tokenTypes.Function: {
        const name = ident.decode(css.slice(start, end - 1)).toLowerCase();
        if (name === 'url') afterUrl = true;
        else if (addressFunctions.has(name)) outside ??= `${name}(`;
        break;
      }
      case tokenTypes.String:
        if (wasUrl) take(string.decode(text()));
        break;
      default:
        // `url(` followed by anything else than a string, such as var(…).
        if (wasUrl && !afterUrl && type !== tokenTypes.RightParenthesis) outside ??= 'url(';
    }
  });
  return outside === undefined ? { ids } : { outside, ids };
}
