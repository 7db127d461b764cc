import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { libraryTexts } from '../../texts/library.ts';
import type { FolderAction } from './folder-tree.tsx';
import { NewFolderDialog } from './new-folder-dialog.tsx';
import { PathDialog } from './path-dialog.tsx';
import { TrashedNote } from './trashed-note.tsx';

const texts = libraryTexts.folders;

interface FolderDialogsProps {
  readonly action: FolderAction;
  readonly path: string;
  /** Opens a folder: the new one, the moved one, or what is above a deleted one. */
  readonly onOpen: (path: string) => void;
  readonly onDismiss: () => void;
}

/** The dialog of an action on a folder. */
export function FolderDialogs({ action, path, onOpen, onDismiss }: FolderDialogsProps) {
  const client = useClient();
  const refresh = useRefresh();
  const { notify } = useNotifications();
  const inside = useRead(
    'assets',
    'searchAssets',
    { query: { folder: path, below: 'true', limit: 1 } },
    { enabled: action === 'delete' },
  );
  if (action === 'create') return <NewFolderDialog parent={path} onCreated={onOpen} onDismiss={onDismiss} />;
  if (action === 'rename')
    return (
      <PathDialog
        header={texts.renameHeader(path)}
        label={texts.path}
        description={texts.pathDescription}
        button={texts.moveButton}
        path={path}
        onDismiss={onDismiss}
        onSubmit={async (to) => {
          try {
            for (let remaining = true; remaining; )
              ({ remaining } = await client.call('moveFolder', { body: { from: path, to } }));
            notify({ type: 'success', header: texts.moved(to) });
            onOpen(to);
          } finally {
            await refresh('assets');
          }
        }}
      />
    );
  // The question has the exact number: without it there is none.
  if (!inside.data) return null;
  const { total } = inside.data;
  return (
    <ConfirmDelete
      visible
      header={texts.deleteHeader(path, total)}
      confirm={texts.deleteButton(total)}
      onDismiss={onDismiss}
      onConfirm={async () => {
        let trashed = 0;
        try {
          for (let remaining = true; remaining; ) {
            const response = await client.call('deleteFolder', { query: { path } });
            trashed += response.trashed;
            remaining = response.remaining;
          }
          notify({
            type: 'success',
            header: texts.deleted(path, trashed),
            ...(trashed > 0 && { content: <TrashedNote warnings={[]} /> }),
          });
          onOpen(path.replace(/[^/]+\/$/, ''));
        } finally {
          await refresh('assets');
        }
      }}
    >
      {texts.deleteText}
    </ConfirmDelete>
  );
}
