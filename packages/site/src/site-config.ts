import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vitepress';
import llms from 'vitepress-plugin-llms';
import { externalScripts } from './external-scripts.ts';
import { headingAnchor } from './heading-anchor.ts';
import { literalTags } from './literal-tags.ts';
import { pageOf } from './page-address.ts';
import { repositoryAddress, repositoryRoot } from './repository.ts';
import { sidebar } from './sidebar.ts';
import { siteLinks } from './site-links.ts';

const repository = repositoryAddress();
const outDir = join(repositoryRoot, '.local', 'site', 'files');

/** The plugin has the types of the newest Vite, VitePress those of the Vite that it brings. */
const plugins = llms({ workDir: repositoryRoot }) as unknown as NonNullable<
  NonNullable<UserConfig['vite']>['plugins']
>;

/**
 * The documentation site. Its pages are the Markdown files of the repository where they stand: nothing is copied, and each
 * page also reads well on the web page of the repository.
 */
export const siteConfig = defineConfig({
  title: 'Pressroom',
  description: 'Publish images, video and files from a media library to the servers that deliver them.',
  lang: 'en',
  ignoreDeadLinks: 'localhostLinks',
  srcDir: repositoryRoot,
  srcExclude: ['README.md', '!(docs|packages)/**/*', 'packages/*/!(README.md)', 'packages/*/!(README.md)/**'],
  rewrites: (file) => pageOf(file) ?? file,
  outDir,
  transformHtml: (html) => externalScripts(html, outDir),
  cacheDir: join(repositoryRoot, '.local', 'site', 'cache'),
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }],
    ['link', { rel: 'alternate', type: 'text/plain', title: 'For language models', href: '/llms.txt' }],
  ],
  markdown: {
    anchor: { slugify: headingAnchor },
    config: (md) => {
      literalTags(md);
      siteLinks(md, repository);
    },
  },
  themeConfig: {
    logo: '/icon.svg',
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Command line', link: '/cli' },
      { text: 'API', link: '/api/assets' },
      { text: 'Image commands', link: '/image-commands' },
      { text: 'Operations', link: '/operations' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    ...(repository !== undefined && { socialLinks: [{ icon: 'github', link: repository }] }),
  },
  vite: {
    publicDir: join(import.meta.dirname, '..', 'public'),
    plugins,
    build: { chunkSizeWarningLimit: 4_000 },
  },
});
