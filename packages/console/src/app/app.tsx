import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { OutcomeDialogProvider } from '../actions/outcome-dialog.tsx';
import { ClientProvider } from '../api/client-context.tsx';
import { createQueryClient } from '../api/query-client.ts';
import type { ConsoleConfig } from '../session/console-config.ts';
import type { Session } from '../session/session.ts';
import { SessionProvider } from '../session/session-context.tsx';
import { SessionEnded } from '../session/session-ended.tsx';
import { language } from '../texts/app.ts';
import { UploadsProvider } from '../uploads/uploads-context.tsx';
import { NotificationProvider } from './notifications.tsx';
import { createRouter } from './router.tsx';
import { ShortcutProvider } from './shortcuts.tsx';

export function App({ config, session }: { config: ConsoleConfig; session: Session }) {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <I18nProvider locale={language} messages={[messages]}>
      <SessionProvider session={session}>
        <ClientProvider config={config}>
          <QueryClientProvider client={queryClient}>
            <NotificationProvider>
              <UploadsProvider>
                <ShortcutProvider>
                  <OutcomeDialogProvider>
                    <RouterProvider router={router} />
                    <SessionEnded />
                  </OutcomeDialogProvider>
                </ShortcutProvider>
              </UploadsProvider>
            </NotificationProvider>
          </QueryClientProvider>
        </ClientProvider>
      </SessionProvider>
    </I18nProvider>
  );
}
