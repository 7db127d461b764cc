import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { UrlConverter } from './url-converter.ts';
import './site-theme.css';

/** VitePress's own theme with the system's fonts and Pressroom's colours, and the component that pages use. */
export const siteTheme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('UrlConverter', UrlConverter);
  },
};
