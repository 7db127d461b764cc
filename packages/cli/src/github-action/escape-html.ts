const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Control characters end a line, and with it the block of HTML.
  '\n': ' ',
  '\r': ' ',
};

/** A text for HTML inside Markdown, also as the value of an attribute in quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"\n\r]/g, (character) => entities[character] ?? '');
}
