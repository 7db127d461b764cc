import '@cloudscape-design/global-styles/index.css';
import './app/app.css';
import './components/components.css';
import { createRoot } from 'react-dom/client';
import { allowOwnWorkers } from './app/allow-own-workers.ts';
import { App } from './app/app.tsx';
import { StartFailure } from './app/start-failure.tsx';
import { applyStoredTheme } from './app/theme.ts';
import { readConsoleConfig } from './session/console-config.ts';
import { createSession } from './session/session.ts';

applyStoredTheme();
allowOwnWorkers();
const element = document.getElementById('root');
if (!element) throw new Error('The page has no element "root"');
const root = createRoot(element);

try {
  const config = await readConsoleConfig();
  const session = createSession(config);
  // While the browser leaves for the login pages, this page stays empty.
  if (await session.begin()) root.render(<App config={config} session={session} />);
} catch (error) {
  root.render(<StartFailure error={error} />);
}
