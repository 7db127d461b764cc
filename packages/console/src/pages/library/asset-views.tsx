import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useLatest } from '../../actions/use-latest.ts';
import { LiveButton, LiveIcon } from '../../components/live-icon.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { formatTime } from '../../components/time.tsx';
import { appTexts } from '../../texts/app.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { libraryTexts } from '../../texts/library.ts';
import { assetsMimeType } from './dragged-assets.ts';
import type { Sort, View } from './library-query.ts';
import type { Library, LibraryAsset } from './use-library.ts';
import type { Selection } from './use-selection.ts';

/** Pixels. Heights are fixed, so that nothing moves when pictures arrive. */
const card = { minWidth: 150, height: 232, gap: 12 };
const rowHeight = 56;

/** Rows that are drawn beyond the screen. */
const overscan = 3;

interface AssetViewsProps {
  readonly view: View;
  readonly library: Library;
  readonly selection: Selection;
  readonly mayChange: boolean;
  readonly onOpen: (asset: LibraryAsset) => void;
  readonly onToggle: (asset: LibraryAsset) => void;
  /** At this place of the window. */
  readonly onMenu: (at: { readonly x: number; readonly y: number }) => void;
  readonly onDragStart: (asset: LibraryAsset) => void;
  readonly onSort: (sort: Sort) => void;
}

/**
 * The assets as cards or rows. Only those on the screen are in the document. One of them takes the focus: arrows move it,
 * Space selects, Shift extends, Enter opens.
 */
export function AssetViews(props: AssetViewsProps) {
  const { view, library, selection } = props;
  const { assets, hasMore, total = 0 } = library;
  const container = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ width: 0, top: 0 });
  const [focused, setFocused] = useState(0);
  const wantsFocus = useRef(false);
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const measure = () => {
      const { width, top } = element.getBoundingClientRect();
      setBox({ width, top: top + scrollY });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);

  const columns =
    view === 'list' ? 1 : Math.max(1, Math.floor((box.width + card.gap) / (card.minWidth + card.gap)));
  // Grey places for those that are being loaded.
  const shown = assets.length + (hasMore ? Math.max(0, Math.min(total - assets.length, columns * 2)) : 0);
  const rows = Math.ceil(shown / columns);
  const height = view === 'list' ? rowHeight : card.height + card.gap;
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => height,
    overscan,
    scrollMargin: box.top,
  });
  useEffect(() => {
    if (height > 0) virtualizer.measure();
  }, [virtualizer, height]);
  const visible = virtualizer.getVirtualItems();
  const first = (visible[0]?.index ?? 0) * columns;
  const last = ((visible.at(-1)?.index ?? 0) + 1) * columns;
  const { see } = library;
  useEffect(() => see(first, last));

  const current = Math.min(focused, Math.max(0, assets.length - 1));
  useEffect(() => {
    if (!wantsFocus.current) return;
    const element = container.current?.querySelector<HTMLElement>(`[data-index="${current}"]`);
    if (!element) return;
    wantsFocus.current = false;
    element.focus({ preventScroll: true });
  });

  function moveTo(index: number, isExtending: boolean): void {
    const to = Math.max(0, Math.min(assets.length - 1, index));
    setFocused(to);
    wantsFocus.current = true;
    virtualizer.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
    const asset = assets[to];
    if (isExtending && asset)
      selection.extendTo(
        asset.id,
        assets.map(({ id }) => id),
      );
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target instanceof HTMLElement && !event.target.hasAttribute('data-index')) return;
    const asset = assets[current];
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: columns * 3,
      PageUp: -columns * 3,
      Home: -current,
      End: assets.length - 1 - current,
    };
    const step = steps[event.key];
    if (step !== undefined) moveTo(current + step, event.shiftKey);
    else if (event.key === ' ' && asset) selection.toggle(asset.id);
    else if (event.key === 'Enter' && asset) props.onOpen(asset);
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && asset) {
      if (!selection.has(asset.id)) selection.only(asset.id);
      const { left, bottom } = (event.target as HTMLElement).getBoundingClientRect();
      props.onMenu({ x: left + 24, y: bottom - 24 });
    } else return;
    event.preventDefault();
  }

  function onClick(event: MouseEvent, asset: LibraryAsset, index: number): void {
    setFocused(index);
    const order = assets.map(({ id }) => id);
    if (event.shiftKey) selection.extendTo(asset.id, order);
    else if (event.ctrlKey || event.metaKey) selection.toggle(asset.id);
    else selection.only(asset.id);
  }

  const handlers = useStable({
    onClick,
    onOpen: props.onOpen,
    onContextMenu(event, asset, index) {
      event.preventDefault();
      setFocused(index);
      if (!selection.has(asset.id)) selection.only(asset.id);
      props.onMenu({ x: event.clientX, y: event.clientY });
    },
    onDragStart(event, asset) {
      event.dataTransfer.setData(assetsMimeType, asset.id);
      event.dataTransfer.effectAllowed = 'move';
      props.onDragStart(asset);
    },
    onFocus: setFocused,
    onSelect: ({ id }) => selection.toggle(id),
    onToggle: props.onToggle,
  });

  const item = (index: number, top?: number) => {
    const asset = assets[index];
    if (!asset)
      return (
        <div
          key={index}
          className="asset-place"
          {...(top !== undefined && { style: placeAt(top) })}
          aria-hidden="true"
        />
      );
    const Item = view === 'list' ? Row : Card;
    return (
      <Item
        key={asset.id}
        asset={asset}
        index={index}
        top={top}
        isFocused={index === current}
        isSelected={selection.has(asset.id)}
        mayChange={props.mayChange}
        handlers={handlers}
      />
    );
  };

  return (
    <div
      ref={container}
      className={`assets ${view}`}
      role="grid"
      tabIndex={-1}
      aria-label={libraryTexts.assetsLabel}
      aria-multiselectable="true"
      aria-rowcount={view === 'list' ? total + 1 : Math.ceil(total / columns)}
      aria-busy={library.isFetching}
      onKeyDown={onKeyDown}
      style={{ blockSize: rows * height + (view === 'list' ? rowHeight : 0) }}
    >
      {view === 'list' && (
        <ListHead
          onSort={props.onSort}
          areAllSelected={assets.length > 0 && assets.every(({ id }) => selection.has(id))}
          onSelectShown={(isOn) =>
            isOn ? selection.selectShown(assets.map(({ id }) => id)) : selection.clear()
          }
        />
      )}
      {visible.map(({ index: row, start }) => {
        const top = start - box.top + (view === 'list' ? rowHeight : 0);
        if (view === 'list') return item(row, top);
        return (
          <div
            key={row}
            role="row"
            tabIndex={-1}
            aria-rowindex={row + 1}
            className="card-row"
            style={{
              transform: `translateY(${top}px)`,
              blockSize: height,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              gap: card.gap,
              paddingBlockEnd: card.gap,
            }}
          >
            {Array.from({ length: Math.min(columns, shown - row * columns) }, (_, column) =>
              item(row * columns + column),
            )}
          </div>
        );
      })}
    </div>
  );
}

interface ItemHandlers {
  readonly onClick: (event: MouseEvent, asset: LibraryAsset, index: number) => void;
  readonly onOpen: (asset: LibraryAsset) => void;
  readonly onContextMenu: (event: MouseEvent, asset: LibraryAsset, index: number) => void;
  readonly onDragStart: (event: DragEvent, asset: LibraryAsset) => void;
  readonly onFocus: (index: number) => void;
  readonly onSelect: (asset: LibraryAsset) => void;
  readonly onToggle: (asset: LibraryAsset) => void;
}

/** All of them stay the same while somebody scrolls, so that only what comes into sight is drawn. */
interface ItemProps {
  readonly asset: LibraryAsset;
  readonly index: number;
  /** Pixels from the top of the list. Undefined for a card: its row has a place. */
  readonly top: number | undefined;
  readonly isFocused: boolean;
  readonly isSelected: boolean;
  readonly mayChange: boolean;
  readonly handlers: ItemHandlers;
}

/** The same object in every render. */
function useStable(handlers: ItemHandlers): ItemHandlers {
  const latest = {
    onClick: useLatest(handlers.onClick),
    onOpen: useLatest(handlers.onOpen),
    onContextMenu: useLatest(handlers.onContextMenu),
    onDragStart: useLatest(handlers.onDragStart),
    onFocus: useLatest(handlers.onFocus),
    onSelect: useLatest(handlers.onSelect),
    onToggle: useLatest(handlers.onToggle),
  };
  const [stable] = useState(latest);
  return stable;
}

const placeAt = (top: number) => ({ transform: `translateY(${top}px)`, blockSize: rowHeight });

/** What an item does with the events of its element. */
function eventsOf({ asset, index, handlers }: ItemProps) {
  return {
    onClick: (event: MouseEvent) => handlers.onClick(event, asset, index),
    onDoubleClick: () => handlers.onOpen(asset),
    onContextMenu: (event: MouseEvent) => handlers.onContextMenu(event, asset, index),
    onDragStart: (event: DragEvent) => handlers.onDragStart(event, asset),
    onFocus: () => handlers.onFocus(index),
  };
}

function SelectBox({ asset, isSelected, isFocused, handlers }: ItemProps) {
  return (
    <input
      type="checkbox"
      aria-label={libraryTexts.select(asset.id)}
      checked={isSelected}
      tabIndex={isFocused ? 0 : -1}
      onChange={() => handlers.onSelect(asset)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}

function Live({ asset, mayChange, isFocused, handlers }: ItemProps) {
  if (mayChange)
    return (
      <LiveButton
        id={asset.id}
        published={asset.published}
        onToggle={() => handlers.onToggle(asset)}
        tabIndex={isFocused ? 0 : -1}
      />
    );
  return (
    <span role="img" aria-label={appTexts.live[asset.published ? 'published' : 'unpublished']}>
      <LiveIcon published={asset.published} />
    </span>
  );
}

const Card = memo(function Card(props: ItemProps) {
  const { asset, index, isFocused, isSelected } = props;
  return (
    <div
      role="gridcell"
      className="card"
      tabIndex={isFocused ? 0 : -1}
      data-index={index}
      aria-selected={isSelected}
      draggable={props.mayChange}
      {...eventsOf(props)}
    >
      <div className="card-picture">
        <Thumbnail asset={asset} alt="" />
      </div>
      <SelectBox {...props} />
      <div className="card-text">
        <span className="card-name" title={asset.id}>
          {asset.id}
        </span>
        <span className="card-facts">
          {assetTypeTexts[asset.type]}
          {asset.width !== undefined && asset.height !== undefined && (
            <> · {libraryTexts.dimensions(asset.width, asset.height)}</>
          )}
        </span>
      </div>
      <Live {...props} />
    </div>
  );
});

const Row = memo(function Row(props: ItemProps) {
  const { asset, index, top = 0, isFocused, isSelected } = props;
  return (
    <div
      role="row"
      className="list-row"
      style={placeAt(top)}
      tabIndex={isFocused ? 0 : -1}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      draggable={props.mayChange}
      {...eventsOf(props)}
    >
      <span role="gridcell">
        <SelectBox {...props} />
      </span>
      <span role="gridcell">
        <Live {...props} />
      </span>
      <span role="gridcell" className="list-name">
        <span className="list-picture">
          <Thumbnail asset={asset} alt="" />
        </span>
        <span className="list-text" title={asset.id}>
          {asset.id}
          {asset.title && <small> {asset.title}</small>}
        </span>
      </span>
      <span role="gridcell">{assetTypeTexts[asset.type]}</span>
      <span role="gridcell" title={asset.folder}>
        {asset.folder}
      </span>
      <span role="gridcell">
        {asset.width !== undefined && asset.height !== undefined
          ? libraryTexts.dimensions(asset.width, asset.height)
          : ''}
      </span>
      <span role="gridcell">{formatBytes(asset.bytes)}</span>
      <span role="gridcell">{formatTime(asset.modified)}</span>
    </div>
  );
});

const columnSorts: readonly (readonly [keyof typeof libraryTexts.columns, Sort | undefined])[] = [
  ['state', undefined],
  ['name', 'name'],
  ['type', 'type'],
  ['folder', 'folder'],
  ['dimensions', 'width'],
  ['size', 'size'],
  ['changed', 'date'],
];

interface ListHeadProps {
  readonly onSort: (sort: Sort) => void;
  readonly areAllSelected: boolean;
  readonly onSelectShown: (isOn: boolean) => void;
}

function ListHead({ onSort, areAllSelected, onSelectShown }: ListHeadProps) {
  return (
    <div role="row" tabIndex={-1} aria-rowindex={1} className="list-row list-head">
      <span role="columnheader" tabIndex={-1}>
        <input
          type="checkbox"
          aria-label={libraryTexts.shortcuts.selectAll}
          checked={areAllSelected}
          onChange={(event) => onSelectShown(event.target.checked)}
        />
      </span>
      {columnSorts.map(([column, sort]) => {
        const text = libraryTexts.columns[column];
        return (
          <span key={column} role="columnheader" tabIndex={-1}>
            {sort === undefined ? (
              text
            ) : (
              <button type="button" title={libraryTexts.sort.by(text)} onClick={() => onSort(sort)}>
                {text}
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}
