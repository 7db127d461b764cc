import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ApiError } from '@pressroom/client/api-error';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useDownload } from '../../actions/use-download.ts';
import { useLatest } from '../../actions/use-latest.ts';
import { useMetadataExport } from '../../actions/use-metadata-export.ts';
import { usePublishing } from '../../actions/use-publishing.tsx';
import { useNotifications } from '../../app/notifications.tsx';
import { useShortcut } from '../../app/shortcuts.tsx';
import { ConfirmDelete } from '../../components/confirm-delete.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FolderPicker } from '../../components/folder-picker.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { libraryTexts } from '../../texts/library.ts';
import { metadataTableTexts } from '../../texts/metadata-table.ts';
import { pageTitles } from '../../texts/pages.ts';
import { AddToSetDialog } from './add-to-set-dialog.tsx';
import { type ActionId, actionsFor, hasFile, urlOf } from './asset-actions.ts';
import { AssetViews } from './asset-views.tsx';
import { ContextMenu } from './context-menu.tsx';
import { DatesDialog } from './dates-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { FolderDialogs } from './folder-dialogs.tsx';
import { type FolderAction, FolderTree } from './folder-tree.tsx';
import { useLibraryAddress } from './library-address.ts';
import { type Filters, filterOf, type Sort, usualOrder } from './library-query.ts';
import { LibraryTools } from './library-tools.tsx';
import './library-page.css';
import { RenameDialog } from './rename-dialog.tsx';
import { countOf, type Target, useChanging } from './use-changing.tsx';
import { type LibraryAsset, useLibrary } from './use-library.ts';
import { useSelection } from './use-selection.ts';

const texts = libraryTexts;

/** Milliseconds between two looks at an index that is being built. */
const indexMilliseconds = 3_000;

type Dialog =
  | { readonly kind: 'rename'; readonly id: string }
  | { readonly kind: 'move' | 'delete' | 'dates'; readonly target: Target }
  | { readonly kind: 'addToSet'; readonly ids: readonly string[] }
  | { readonly kind: 'folder'; readonly action: FolderAction; readonly path: string };

/** What the set builder shows of a member before it is saved. */
function memberOf({ id, type, published, thumbnailUrl, previewUrl }: LibraryAsset) {
  return { id, type, published, thumbnailUrl, previewUrl };
}

/** Folders and assets, and everything that is done with them. */
export default function LibraryPage() {
  const { company } = useCompany();
  const navigate = useNavigate();
  const [address, change] = useLibraryAddress();
  const library = useLibrary(address);
  const { assets, total } = library;
  const selection = useSelection(JSON.stringify([address.folder, address.below, address.filters]));
  const mayChange = useMay('user');
  const mayInvalidate = useMay('admin');
  const publishing = usePublishing();
  const changing = useChanging();
  const download = useDownload();
  const exportMetadata = useMetadataExport();
  const { notify, notifyError } = useNotifications();
  const [dialog, setDialog] = useState<Dialog>();
  const [menuAt, setMenuAt] = useState<{ x: number; y: number }>();
  const dragged = useRef<readonly LibraryAsset[]>([]);

  const selected = selection.isAll ? [] : assets.filter(({ id }) => selection.has(id));
  const actions = actionsFor(
    { assets: selected, isAll: selection.isAll },
    { mayChange, mayInvalidate, mayOpen: hasPage('asset') },
  );
  const target: Target = selection.isAll
    ? { query: filterOf(address), count: total ?? 0 }
    : { assets: selected };
  const isNotReady = library.error instanceof ApiError && library.error.code === 'search.not-ready';
  const { refetch } = library;
  useEffect(() => {
    if (!isNotReady) return;
    const timer = setInterval(refetch, indexMilliseconds);
    return () => clearInterval(timer);
  });

  const open = (asset: LibraryAsset) => {
    if (hasPage('asset'))
      void navigate(`/${company}/assets/${encodeURIComponent(asset.id)}`, {
        // For Previous and Next on its page.
        state: { ids: assets.map(({ id }) => id) },
      });
  };

  async function copyUrls(): Promise<void> {
    const urls = selected.flatMap((asset) => urlOf(asset) ?? []);
    try {
      await navigator.clipboard.writeText(urls.join('\n'));
      notify({ type: 'success', header: texts.done.copied(urls.length) });
    } catch (error) {
      notifyError(texts.failed.copy, error);
    }
  }

  function act(id: ActionId): void {
    const [first] = selected;
    const ids = selected.map((asset) => asset.id);
    const work: Readonly<Record<ActionId, () => unknown>> = {
      open: () => first && open(first),
      publish: () => ('query' in target ? changing.submitJob(target) : publishing.publish(ids)),
      publishJob: () =>
        navigate(`/${company}/publish`, {
          state: { scope: 'query' in target ? target : { assets: ids } },
        }),
      unpublish: () => ('query' in target ? changing.unpublishAll(target) : publishing.unpublish(ids)),
      invalidate: () => changing.invalidate(target),
      copyUrl: copyUrls,
      addToSet: () => setDialog({ kind: 'addToSet', ids }),
      newSet: () =>
        navigate(`/${company}/sets/new?folder=${encodeURIComponent(address.folder)}`, {
          state: { members: selected.map(memberOf) },
        }),
      exportMetadata: () => exportMetadata(target, countOf(target)),
      download: () => download(selected.filter(hasFile).map(({ id: one }) => one)),
      rename: () => first && setDialog({ kind: 'rename', id: first.id }),
      dates: () => setDialog({ kind: 'dates', target }),
      move: () => setDialog({ kind: 'move', target }),
      // What is selected one by one can be undone; what a search finds is asked for with its number.
      delete: () =>
        'query' in target
          ? setDialog({ kind: 'delete', target })
          : changing.trash(target).then(selection.clear, (error) => notifyError(texts.failed.delete, error)),
    };
    void work[id]();
  }

  const actIfApplies = (id: ActionId) => {
    if (actions.some((action) => action.id === id)) act(id);
  };
  const shown = assets.map(({ id }) => id);
  useShortcut('a', texts.shortcuts.selectAll, () => selection.selectShown(shown));
  useShortcut('Escape', texts.shortcuts.clear, selection.clear);
  useShortcut('p', texts.shortcuts.publish, () => actIfApplies('publish'));
  useShortcut('u', texts.shortcuts.unpublish, () => actIfApplies('unpublish'));
  useShortcut('/', texts.shortcuts.find, () =>
    document.querySelector<HTMLElement>(`input[aria-label="${texts.filter.label}"]`)?.focus(),
  );
  useShortcut('1', texts.shortcuts.grid, () => change({ view: 'grid' }));
  useShortcut('2', texts.shortcuts.list, () => change({ view: 'list' }));
  const closeMenu = useCallback(() => setMenuAt(undefined), []);
  const closeDialog = () => setDialog(undefined);

  const sortBy = (sort: Sort) =>
    change({
      sort,
      order: sort === address.sort ? (address.order === 'asc' ? 'desc' : 'asc') : usualOrder(sort),
    });
  const isFiltered = Object.keys(address.filters).length > 0;
  const changeAddress = useLatest(change);
  const changeFilters = useLatest((filters: Filters) => change({ filters }));
  const openFolder = useLatest((folder: string) => change({ folder }));
  const askAboutFolder = useLatest((action: FolderAction, path: string) =>
    setDialog({ kind: 'folder', action, path }),
  );
  const moveDragged = useLatest((folder: string) => {
    const moved = dragged.current;
    if (moved.length > 0)
      changing
        .move({ assets: moved }, folder)
        .then(selection.clear, (error) => notifyError(texts.failed.move, error));
  });
  const tree = (
    <FolderTree
      selected={address.folder}
      onSelect={openFolder}
      onAction={askAboutFolder}
      onDrop={moveDragged}
    />
  );

  return (
    <Page
      title={texts.title}
      counter={total}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <ButtonDropdown
            disabled={actions.length === 0}
            items={actions}
            onItemClick={({ detail }) => act(detail.id as ActionId)}
          >
            {texts.actions.menu}
          </ButtonDropdown>
          <ButtonDropdown
            items={[
              {
                id: 'export',
                text: metadataTableTexts.exportShown(total ?? 0),
                disabled: total === undefined || total === 0,
              },
              ...(mayChange ? [{ id: 'import', text: metadataTableTexts.importTable }] : []),
            ]}
            onItemClick={({ detail }) =>
              detail.id === 'import'
                ? void navigate(`/${company}/library/metadata`)
                : void exportMetadata({ query: filterOf(address) }, total ?? 0)
            }
          >
            {metadataTableTexts.menu}
          </ButtonDropdown>
          {mayChange && hasPage('upload') && (
            <Button
              variant="primary"
              onClick={() => void navigate(`/${company}/upload?folder=${encodeURIComponent(address.folder)}`)}
            >
              {texts.upload}
            </Button>
          )}
        </SpaceBetween>
      }
    >
      <div className="library">
        <nav className="library-folders" aria-label={texts.folders.label}>
          {tree}
          <TrashLink />
        </nav>
        <div className="library-folders-narrow">
          <ExpandableSection headerText={`${texts.folders.show}: ${address.folder}`}>
            {tree}
            <TrashLink />
          </ExpandableSection>
        </div>
        <div className="library-assets">
          <div className="library-bar">
            <FilterBar
              filters={address.filters}
              countText={total === undefined ? '' : texts.count(total)}
              onChange={changeFilters}
            />
            <LibraryTools address={address} onChange={changeAddress} />
          </div>
          {(selection.isAll || selection.ids.size > 0) && (
            <div className="library-selection" role="status">
              <span>
                {selection.isAll
                  ? texts.selection.all(total ?? 0)
                  : texts.selection.selected(selection.ids.size)}
              </span>
              {!selection.isAll && total !== undefined && total > selection.ids.size && (
                <Button variant="inline-link" onClick={selection.selectAll}>
                  {texts.selection.selectAll(total)}
                </Button>
              )}
              <Button variant="inline-link" onClick={selection.clear}>
                {texts.selection.clear}
              </Button>
            </div>
          )}
          {isNotReady && <Alert type="info">{texts.notReady}</Alert>}
          {library.error !== undefined && !isNotReady && <QueryError query={library} />}
          {library.error === undefined && total === undefined && <Skeleton rows={8} />}
          {total === 0 &&
            (isFiltered ? (
              <EmptyState
                title={texts.empty.filtered}
                description={texts.empty.filteredDescription}
                action={<Button onClick={() => change({ filters: {} })}>{texts.empty.clear}</Button>}
              />
            ) : (
              <EmptyState title={texts.empty.title} description={texts.empty.description} />
            ))}
          {total !== undefined && total > 0 && (
            <AssetViews
              view={address.view}
              library={library}
              selection={selection}
              mayChange={mayChange}
              onOpen={open}
              onToggle={({ id, published }) =>
                void (published ? publishing.unpublish([id]) : publishing.publish([id]))
              }
              onMenu={setMenuAt}
              onDragStart={(asset) => {
                dragged.current = selection.has(asset.id) && !selection.isAll ? selected : [asset];
              }}
              onSort={sortBy}
            />
          )}
        </div>
      </div>
      {menuAt && actions.length > 0 && (
        <ContextMenu at={menuAt} actions={actions} onChoose={act} onClose={closeMenu} />
      )}
      {dialog?.kind === 'rename' && <RenameDialog id={dialog.id} onDismiss={closeDialog} />}
      {dialog?.kind === 'addToSet' && <AddToSetDialog ids={dialog.ids} onDismiss={closeDialog} />}
      {dialog?.kind === 'dates' && <DatesDialog target={dialog.target} onDismiss={closeDialog} />}
      {dialog?.kind === 'move' && (
        <FolderPicker
          header={texts.move.header(countOf(dialog.target))}
          description={texts.move.description}
          button={texts.move.button}
          path={address.folder}
          onDismiss={closeDialog}
          onSubmit={async (folder) => {
            await changing.move(dialog.target, folder);
            selection.clear();
          }}
        />
      )}
      {dialog?.kind === 'delete' && (
        <ConfirmDelete
          visible
          header={texts.deleteAll.header(countOf(dialog.target))}
          confirm={texts.deleteAll.button(countOf(dialog.target))}
          onDismiss={closeDialog}
          onConfirm={async () => {
            await changing.trash(dialog.target);
            selection.clear();
          }}
        >
          {texts.deleteAll.text}
        </ConfirmDelete>
      )}
      {dialog?.kind === 'folder' && (
        <FolderDialogs
          action={dialog.action}
          path={dialog.path}
          onOpen={(folder) => change({ folder })}
          onDismiss={closeDialog}
        />
      )}
    </Page>
  );
}

/** Below the folders, as it is a place where assets are. */
function TrashLink() {
  const { company } = useCompany();
  return (
    <p className="library-trash">
      <PageLink to={`/${company}/library/trash`}>{pageTitles.trash}</PageLink>
    </p>
  );
}

/** Whether the console has the page: buttons lead nowhere else. */
function hasPage(id: string): boolean {
  return id in pageTitles;
}
