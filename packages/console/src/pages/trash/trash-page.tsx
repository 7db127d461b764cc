import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useRestoring } from '../../actions/use-restoring.ts';
import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { usePages } from '../../api/use-pages.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { trashTexts as texts } from '../../texts/trash.ts';
import { type TrashItem, TrashTable } from './trash-table.tsx';

/** Assets of one call. */
const atATime = 1_000;

/** What was deleted in the last days: brings it back, or deletes it for good. */
export default function TrashPage() {
  const { company, subject } = useCompany();
  const client = useClient();
  const refresh = useRefresh();
  const mayChange = useMay('user');
  const isAdmin = useMay('admin');
  const { notify, notifyError } = useNotifications();
  const restore = useRestoring();
  const trash = usePages('assets', 'listTrash', { query: { limit: 100 } });
  const [selectedIds, setSelectedIds] = useState<readonly string[]>([]);
  const [isRestoring, setRestoring] = useState(false);
  const [isCounting, setCounting] = useState(false);
  /** Ids that the question is about. */
  const [asked, setAsked] = useState<readonly string[]>();
  const selected = trash.items.filter(({ asset }) => selectedIds.includes(asset.id));
  const mayPurge = ({ asset }: TrashItem) => isAdmin || (mayChange && asset.createdBy === subject);
  const isAllMine = selected.every(mayPurge);

  async function restoreSelected() {
    setRestoring(true);
    await restore(selected.map(({ asset }) => asset.id));
    setRestoring(false);
    setSelectedIds([]);
  }

  /** Reads the whole trash, so that the question has the exact number and nothing else is deleted. */
  async function askForAll() {
    setCounting(true);
    try {
      const ids: string[] = [];
      for await (const item of client.all('listTrash', { query: { limit: atATime } }))
        if (mayPurge(item)) ids.push(item.asset.id);
      if (ids.length > 0) setAsked(ids);
      else notify({ type: 'info', header: texts.nothingToEmpty });
    } catch (error) {
      notifyError(texts.notCounted, error);
    } finally {
      setCounting(false);
    }
  }

  async function purge(ids: readonly string[]) {
    const purged = new Set<string>();
    try {
      for (let from = 0; from < ids.length; from += atATime) {
        const body = { assetIds: ids.slice(from, from + atATime), partial: true };
        for (let remaining = true; remaining; ) {
          const response = await client.call('emptyTrash', { body });
          for (const id of response.ids) purged.add(id);
          remaining = response.remaining;
        }
      }
      notify({ type: 'success', header: texts.purged(purged.size) });
      setSelectedIds([]);
    } finally {
      await refresh('assets');
    }
  }

  return (
    <Page
      title={texts.title}
      description={
        <>
          {texts.description} <PageLink to={`/${company}/library`}>{texts.toLibrary}</PageLink>
        </>
      }
      actions={
        mayChange &&
        trash.items.length > 0 && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button loading={isCounting} onClick={() => void askForAll()}>
              {texts.emptyTrash}
            </Button>
            <Button
              disabled={selected.length === 0 || !isAllMine}
              {...(!isAllMine && { disabledReason: texts.notYours })}
              onClick={() => setAsked(selected.map(({ asset }) => asset.id))}
            >
              {texts.purge}
            </Button>
            <Button
              variant="primary"
              disabled={selected.length === 0}
              loading={isRestoring}
              onClick={() => void restoreSelected()}
            >
              {texts.restore}
            </Button>
          </SpaceBetween>
        )
      }
    >
      {trash.error && trash.items.length === 0 ? (
        <QueryError query={trash} />
      ) : (
        <TrashTable
          trash={trash}
          selected={selected}
          {...(mayChange && {
            onSelect: (items: readonly TrashItem[]) => setSelectedIds(items.map(({ asset }) => asset.id)),
          })}
        />
      )}
      {asked && (
        <ConfirmDelete
          visible
          header={texts.purgeHeader(asked.length)}
          confirm={texts.purgeConfirm(asked.length)}
          onConfirm={() => purge(asked)}
          onDismiss={() => setAsked(undefined)}
        >
          {texts.purgeText}
        </ConfirmDelete>
      )}
    </Page>
  );
}
