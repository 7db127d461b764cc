import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TreeView from '@cloudscape-design/components/tree-view';
import { useQueries } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { useClient, useCompanyName } from '../../api/client-context.tsx';
import { queryKeyOf } from '../../api/use-read.ts';
import { useMay } from '../../session/company.tsx';
import { libraryTexts } from '../../texts/library.ts';
import { assetsMimeType } from './dragged-assets.ts';

const texts = libraryTexts.folders;

interface Folder {
  readonly path: string;
  readonly name: string;
}

const root: Folder = { path: '/', name: texts.all };

export type FolderAction = 'create' | 'rename' | 'delete';

interface FolderTreeProps {
  readonly selected: string;
  readonly onSelect: (path: string) => void;
  readonly onAction: (action: FolderAction, path: string) => void;
  /** Assets were dropped on a folder. */
  readonly onDrop: (path: string) => void;
}

/** `/a/b/` → `/`, `/a/`. */
function parentsOf(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return ['/', ...parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}/`)];
}

/** The folders of the company. Those below a folder are read when it is opened. Assets can be dropped on each. */
export const FolderTree = memo(function FolderTree({
  selected,
  onSelect,
  onAction,
  onDrop,
}: FolderTreeProps) {
  const client = useClient();
  const company = useCompanyName();
  const mayChange = useMay('user');
  const [opened, setOpened] = useState<readonly string[]>([]);
  const [closed, setClosed] = useState<readonly string[]>([]);
  const [target, setTarget] = useState<string>();
  const expanded = [...new Set([...parentsOf(selected), ...opened])].filter((path) => !closed.includes(path));
  const children = useQueries({
    queries: expanded.map((parent) => ({
      queryKey: queryKeyOf(company, 'assets', 'listFolders', { query: { parent } }),
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Folder[]> => {
        const found: Folder[] = [];
        const query = { parent, limit: 1_000 };
        for await (const folder of client.all('listFolders', { query, signal })) found.push(folder);
        return found;
      },
    })),
  });
  // A folder that is not open yet: whether it has folders is not known, so that it can be opened.
  const below = (path: string): readonly Folder[] | undefined => {
    const index = expanded.indexOf(path);
    if (index < 0) return [{ path: `${path}…`, name: '…' }];
    const found = children[index]?.data;
    return found?.length === 0 ? undefined : found;
  };
  return (
    <TreeView
      ariaLabel={texts.label}
      items={[root]}
      getItemId={({ path }) => path}
      getItemChildren={({ path }) => below(path)}
      expandedItems={expanded}
      onItemToggle={({ detail }) => {
        const { path } = detail.item;
        setOpened(detail.expanded ? [...opened, path] : opened.filter((one) => one !== path));
        setClosed(detail.expanded ? closed.filter((one) => one !== path) : [...closed, path]);
      }}
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
