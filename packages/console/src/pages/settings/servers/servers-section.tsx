import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { jobTexts } from '../../../texts/jobs.ts';
import { settingsTexts } from '../../../texts/settings.ts';
import { SettingsTable } from '../settings-table.tsx';
import type { Server } from './server.ts';
import { ToggleServerDialog } from './toggle-server-dialog.tsx';

const texts = settingsTexts.servers;

/** The servers that the company publishes to. */
export default function ServersSection() {
  const servers = useRead('settings', 'listServers');
  const [chosen, setChosen] = useState<Server>();
  if (servers.error && !servers.data) return <QueryError query={servers} />;
  return (
    <>
      <SettingsTable
        items={servers.data?.items ?? []}
        trackBy="server"
        texts={texts}
        isLoading={servers.isPending}
        columnDefinitions={[
          {
            id: 'server',
            header: texts.columns.server,
            isRowHeader: true,
            minWidth: 170,
            cell: ({ server, on }) => (
              <>
                {jobTexts.servers[server]}
                <Box color="text-body-secondary" fontSize="body-s">
                  {texts.about[server]}
                </Box>
                <StatusIndicator type={on ? 'success' : 'stopped'}>
                  {on ? settingsTexts.on : settingsTexts.off}
                </StatusIndicator>
              </>
            ),
          },
          {
            id: 'actions',
            header: texts.columns.actions,
            minWidth: 150,
            cell: (item) => {
              const name = jobTexts.servers[item.server];
              return (
                <Button
                  wrapText={false}
                  ariaLabel={item.on ? texts.disableOf(name) : texts.enableOf(name)}
                  onClick={() => setChosen(item)}
                >
                  {item.on ? texts.disable : texts.enable}
                </Button>
              );
            },
          },
        ]}
      />
      {chosen && <ToggleServerDialog server={chosen} onDismiss={() => setChosen(undefined)} />}
    </>
  );
}
