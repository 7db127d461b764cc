import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useMemberNames } from '../../../api/use-member-names.ts';
import { useRead } from '../../../api/use-read.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { QueryError } from '../../../components/query-error.tsx';
import { Time } from '../../../components/time.tsx';
import { imagePresetTexts as texts } from '../../../texts/image-presets.ts';
import { SettingsTable } from '../settings-table.tsx';
import type { ImagePreset } from './image-preset.ts';
import { PresetDialog } from './preset-dialog.tsx';

type Open = { readonly action: 'add' } | { readonly action: 'edit' | 'delete'; readonly preset: ImagePreset };

/** Image commands with names. */
export default function ImagePresetsSection() {
  const presets = useRead('settings', 'listImagePresets');
  const remove = useChange('deleteImagePreset', ['settings']);
  const nameOf = useMemberNames();
  const { notify } = useNotifications();
  const [open, setOpen] = useState<Open>();
  const items = presets.data?.items ?? [];
  const add = () => setOpen({ action: 'add' });
  const dismiss = () => setOpen(undefined);
  if (presets.error && !presets.data) return <QueryError query={presets} />;
  return (
    <>
      <SettingsTable
        items={items}
        trackBy="name"
        texts={texts}
        isLoading={presets.isPending}
        counter={texts.count(items.length)}
        add={{ text: texts.add, onClick: add }}
        columnDefinitions={[
          {
            id: 'name',
            header: texts.columns.name,
            isRowHeader: true,
            minWidth: 90,
            cell: ({ name }) => name,
          },
          {
            id: 'commands',
            header: texts.columns.commands,
            minWidth: 130,
            cell: ({ commands }) => <code className="settings-code">{commands}</code>,
          },
          {
            id: 'modified',
            header: texts.columns.modified,
            minWidth: 160,
            cell: ({ modified, modifiedBy }) => (
              <>
                <Time at={modified} />
                <Box color="text-body-secondary" fontSize="body-s">
                  {texts.by(nameOf(modifiedBy))}
                </Box>
              </>
            ),
          },
          {
            id: 'actions',
            header: texts.columns.actions,
            cell: (preset) => (
              <ButtonDropdown
                variant="icon"
                expandToViewport
                ariaLabel={texts.actionsOf(preset.name)}
                items={[
                  { id: 'edit', text: texts.edit },
                  { id: 'delete', text: texts.delete },
                ]}
                onItemClick={({ detail }) => setOpen({ action: detail.id as 'edit' | 'delete', preset })}
              />
            ),
          },
        ]}
      />
      {open?.action === 'add' && <PresetDialog presets={items} onDismiss={dismiss} />}
      {open?.action === 'edit' && <PresetDialog presets={items} preset={open.preset} onDismiss={dismiss} />}
      {open?.action === 'delete' && (
        <ConfirmDelete
          visible
          header={texts.deleteHeader(open.preset.name)}
          confirm={texts.deleteConfirm}
          onConfirm={async () => {
            await remove.mutateAsync({ params: { name: open.preset.name } });
            notify({ type: 'success', header: texts.deleted(open.preset.name) });
          }}
          onDismiss={dismiss}
        >
          {texts.deleteText(open.preset.name)}
        </ConfirmDelete>
      )}
    </>
  );
}
