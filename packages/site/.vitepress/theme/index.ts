export { siteTheme as default } from '../../src/site-theme.ts';
