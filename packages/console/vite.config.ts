import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * Leaves out the fonts that Cloudscape embeds as data (134 kB compressed): its pages use the system's fonts instead, and
 * the policy of the pages has no exception for fonts.
 */
function withoutEmbeddedFonts(): Plugin {
  return {
    name: 'without-embedded-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('@cloudscape-design') || !id.endsWith('.css')) return undefined;
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null };
    },
  };
}

/** What main.ts loads while it sends the first requests, and what it consists of itself. */
const appModule = fileURLToPath(new URL('src/app/start-app.tsx', import.meta.url));
const mainModule = fileURLToPath(new URL('src/main.ts', import.meta.url));

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** A module with all that it imports, without what is loaded later. */
function modulesOf(first: string, graph: ModuleGraph): ReadonlySet<string> {
  const found = new Set([first]);
  for (const id of found)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** The app is one script and one style: fifty small ones take longer on a slow processor. */
const chunks = [
  // First, because a group has everything that its modules import, unless another one has it.
  { name: chunkOf('main', mainModule), priority: 1 },
  { name: chunkOf('app', appModule) },
];

function chunkOf(name: string, first: string) {
  let modules: ReadonlySet<string> | undefined;
  return (id: string, graph: ModuleGraph) => {
    modules ??= modulesOf(first, graph);
    return modules.has(id) ? name : null;
  };
}

/** Names the script and the style of the app in index.html, so that they are not found out after main.ts has begun. */
function nameApp(): Plugin {
  return {
    name: 'name-app',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {} }) {
        const app = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'app');
        if (app?.type !== 'chunk') throw new Error('The build has no chunk "app"');
        const styles = [...(app.viteMetadata?.importedCss ?? [])];
        return [
          { tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${app.fileName}` } },
          ...styles.map((file) => ({
            tag: 'link',
            attrs: { rel: 'stylesheet', crossorigin: true, href: `/${file}` },
          })),
        ].map((tag) => ({ ...tag, injectTo: 'head' as const }));
      },
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [withoutEmbeddedFonts(), nameApp()],
  build: {
    outDir: fileURLToPath(new URL('../../.local/console/files', import.meta.url)),
    emptyOutDir: true,
    // functions/find-page serves this folder as it is.
    assetsDir: '_',
    // Data in a style or script is neither kept by the browser nor allowed by the policy everywhere.
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
    // The licences of the packages inside ask that their texts go with them.
    license: { fileName: '_/licences.txt' },
  },
});
