import '@cloudscape-design/global-styles/index.css';
import './app.css';
import '../components/components.css';
import { createRoot } from 'react-dom/client';
import type { ConsoleConfig } from '../session/console-config.ts';
import { createSession } from '../session/session.ts';
import { allowOwnWorkers } from './allow-own-workers.ts';
import { App } from './app.tsx';
import { StartFailure } from './start-failure.tsx';
import { applyStoredTheme } from './theme.ts';

/** Draws the console in the page. */
export async function startApp(configuring: Promise<ConsoleConfig>): Promise<void> {
  await pageIsReady();
  applyStoredTheme();
  allowOwnWorkers();
  const element = document.getElementById('root');
  if (!element) throw new Error('The page has no element "root"');
  const root = createRoot(element);
  try {
    const config = await configuring;
    const session = createSession(config);
    // While the browser leaves for the login pages, this page stays empty.
    if (await session.begin()) root.render(<App config={config} session={session} />);
  } catch (error) {
    root.render(<StartFailure error={error} />);
  }
}

/** The first script does not wait for the document and its styles, as others do. What measures elements needs both. */
async function pageIsReady(): Promise<void> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  const styles = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
  await Promise.all(
    styles
      .filter(({ sheet }) => !sheet)
      .map(
        (link) =>
          new Promise((resolve) => {
            // Without its styles, the console is still of use.
            for (const event of ['load', 'error']) link.addEventListener(event, resolve, { once: true });
          }),
      ),
  );
}
