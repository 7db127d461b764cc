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

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [withoutEmbeddedFonts()],
  build: {
    outDir: fileURLToPath(new URL('../../.local/console/files', import.meta.url)),
    emptyOutDir: true,
    // functions/find-page serves this folder as it is.
    assetsDir: '_',
    // Data in a style or script is neither kept by the browser nor allowed by the policy everywhere.
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The licences of the packages inside ask that their texts go with them.
    license: { fileName: '_/licences.txt' },
  },
});
