import { loadPageOf } from './app/load-page-of.ts';
import { readConsoleConfig } from './session/console-config.ts';
import { sendEarly } from './session/early-requests.ts';

/**
 * What a page begins with. The scripts of the app are many, so that the first requests and the script of the page do not
 * wait for them: index.html names them all (vite.config.ts), and they are loaded side by side.
 */
const configuring = readConsoleConfig();
configuring.then(
  (config) => sendEarly(config, location),
  // The app says that it could not be read.
  () => {},
);
// Not awaited here: the app imports what this module consists of, and would wait for it in turn.
void import('./app/start-app.tsx').then(({ startApp }) => startApp(configuring));
loadPageOf(location.pathname);
