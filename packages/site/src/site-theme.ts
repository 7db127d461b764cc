import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import './site-theme.css';

/** VitePress's own theme with the system's fonts and Pressroom's colours. */
export const siteTheme: Theme = { extends: DefaultTheme };
