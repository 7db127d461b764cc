import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
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

  const item = (index: number, style: CSSProperties) => {
    const asset = assets[index];
    if (!asset) return <div key={index} className="asset-place" style={style} aria-hidden="true" />;
    const Item = view === 'list' ? Row : Card;
    return (
      <Item
        key={asset.id}
        asset={asset}
        index={index}
        style={style}
        isFocused={index === current}
        isSelected={selection.has(asset.id)}
        mayChange={props.mayChange}
        handlers={{
          onClick: (event) => onClick(event, asset, index),
          onDoubleClick: () => props.onOpen(asset),
          onContextMenu: (event) => {
            event.preventDefault();
            setFocused(index);
            if (!selection.has(asset.id)) selection.only(asset.id);
            props.onMenu({ x: event.clientX, y: event.clientY });
          },
          onDragStart: (event) => {
            event.dataTransfer.setData(assetsMimeType, asset.id);
            event.dataTransfer.effectAllowed = 'move';
            props.onDragStart(asset);
          },
          onFocus: () => setFocused(index),
        }}
        onSelect={() => selection.toggle(asset.id)}
        onToggle={() => props.onToggle(asset)}
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
        const style = { transform: `translateY(${top}px)`, blockSize: height };
        if (view === 'list') return item(row, style);
        return (
          <div
            key={row}
            role="row"
            tabIndex={-1}
            aria-rowindex={row + 1}
            className="card-row"
            style={{
              ...style,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              gap: card.gap,
              paddingBlockEnd: card.gap,
            }}
          >
            {Array.from({ length: Math.min(columns, shown - row * columns) }, (_, column) =>
              item(row * columns + column, {}),
            )}
          </div>
        );
      })}
    </div>
  );
}

interface ItemProps {
  readonly asset: LibraryAsset;
  readonly index: number;
  readonly style: CSSProperties;
  readonly isFocused: boolean;
  readonly isSelected: boolean;
  readonly mayChange: boolean;
  readonly handlers: {
    readonly onClick: (event: MouseEvent) => void;
    readonly onDoubleClick: () => void;
    readonly onContextMenu: (event: MouseEvent) => void;
    readonly onDragStart: (event: React.DragEvent) => void;
    readonly onFocus: () => void;
  };
  readonly onSelect: () => void;
  readonly onToggle: () => void;
}

function SelectBox({ asset, isSelected, isFocused, onSelect }: Omit<ItemProps, 'handlers'>) {
  return (
    <input
      type="checkbox"
      aria-label={libraryTexts.select(asset.id)}
      checked={isSelected}
      tabIndex={isFocused ? 0 : -1}
      onChange={onSelect}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}

function Live({ asset, mayChange, isFocused, onToggle }: Omit<ItemProps, 'handlers'>) {
  if (mayChange)
    return (
      <LiveButton
        id={asset.id}
        published={asset.published}
        onToggle={onToggle}
        tabIndex={isFocused ? 0 : -1}
      />
    );
  return (
    <span role="img" aria-label={appTexts.live[asset.published ? 'published' : 'unpublished']}>
      <LiveIcon published={asset.published} />
    </span>
  );
}

function Card({ handlers, ...props }: ItemProps) {
  const { asset, index, isFocused, isSelected } = props;
  return (
    <div
      role="gridcell"
      className="card"
      tabIndex={isFocused ? 0 : -1}
      data-index={index}
      aria-selected={isSelected}
      draggable={props.mayChange}
      {...handlers}
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
}

function Row({ handlers, ...props }: ItemProps) {
  const { asset, index, style, isFocused, isSelected } = props;
  return (
    <div
      role="row"
      className="list-row"
      style={style}
      tabIndex={isFocused ? 0 : -1}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      draggable={props.mayChange}
      {...handlers}
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
}

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
