import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TreeView from '@cloudscape-design/components/tree-view';
import { memo, useState } from 'react';
import { type Folder, useFolders } from '../../components/use-folders.ts';
import { useMay } from '../../session/company.tsx';
import { libraryTexts } from '../../texts/library.ts';
import { assetsMimeType } from './dragged-assets.ts';

const texts = libraryTexts.folders;

const root: Folder = { path: '/', name: texts.all };

export type FolderAction = 'create' | 'rename' | 'delete';

interface FolderTreeProps {
  readonly selected: string;
  readonly onSelect: (path: string) => void;
  readonly onAction: (action: FolderAction, path: string) => void;
  /** Assets were dropped on a folder. */
  readonly onDrop: (path: string) => void;
}

/** The folders of the company. Those below a folder are read when it is opened. Assets can be dropped on each. */
export const FolderTree = memo(function FolderTree({
  selected,
  onSelect,
  onAction,
  onDrop,
}: FolderTreeProps) {
  const { expanded, setExpanded, below } = useFolders(selected);
  const mayChange = useMay('user');
  const [target, setTarget] = useState<string>();
  return (
    <TreeView
      ariaLabel={texts.label}
      items={[root]}
      getItemId={({ path }) => path}
      getItemChildren={({ path }) => below(path)}
      expandedItems={expanded}
      onItemToggle={({ detail }) => setExpanded(detail.item.path, detail.expanded)}
      renderItem={({ path, name }) => ({
        announcementLabel: name,
        content: (
          // biome-ignore lint/a11y/noStaticElementInteractions: with the keyboard, "Move" does the same.
          <div
            className="folder"
            data-target={target === path || undefined}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes(assetsMimeType)) return;
              event.preventDefault();
              event.dataTransfer.dropEffect = 'move';
              setTarget(path);
            }}
            onDragLeave={() => setTarget(undefined)}
            onDrop={(event) => {
              event.preventDefault();
              setTarget(undefined);
              onDrop(path);
            }}
          >
            <button
              type="button"
              aria-current={path === selected ? 'true' : undefined}
              onClick={() => onSelect(path)}
            >
              {name}
            </button>
          </div>
        ),
        ...(mayChange &&
          path !== '/' && {
            actions: (
              <ButtonDropdown
                variant="inline-icon"
                expandToViewport
                ariaLabel={texts.actions(name)}
                items={[
                  { id: 'create', text: texts.create },
                  { id: 'rename', text: texts.rename },
                  { id: 'delete', text: texts.delete },
                ]}
                onItemClick={({ detail }) => onAction(detail.id as FolderAction, path)}
              />
            ),
          }),
        ...(mayChange &&
          path === '/' && {
            actions: (
              <Button
                variant="inline-icon"
                iconName="add-plus"
                ariaLabel={texts.create}
                onClick={() => onAction('create', path)}
              />
            ),
          }),
      })}
      i18nStrings={{
        expandButtonLabel: ({ name }) => texts.open(false, name),
        collapseButtonLabel: ({ name }) => texts.open(true, name),
      }}
    />
  );
});
