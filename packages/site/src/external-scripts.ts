import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Moves the scripts that VitePress writes into each page to files, so that the policy of the pages allows no script in a
 * page. The largest one is the same in all pages: 14 kB that are loaded once.
 * @param folder of the built files
 */
export function externalScripts(html: string, folder: string): string {
  return html.replace(/<script(?: id="[\w-]+")?>([\s\S]*?)<\/script>/g, (_, script: string) => {
    const digest = createHash('sha256').update(script).digest('hex').slice(0, 8);
    const path = `assets/inline.${digest}.js`;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), script);
    return `<script src="/${path}"></script>`;
  });
}
