import { create, iconButton, setDisabled } from './create-element.ts';
import { followGestures, type Place } from './gestures.ts';
import { readSize, type Size, widthFor, withCommands } from './image-address.ts';
import { makeStyle } from './make-style.ts';
import type { MediaItem } from './media.ts';
import { prefersReducedMotion } from './motion.ts';
import { needsTiles, type Rectangle, type Tile, tilesFor } from './tiles.ts';
import type { Pane } from './viewer-element.ts';

export interface ZoomOptions {
  /** How far one can zoom in: percent of the image's own size. */
  readonly maxPercent?: number | undefined;
  /** Nobody zooms or moves it but the viewer. */
  readonly isFixed?: boolean | undefined;
  /** Called for a quick or long drag to the side while the whole image is shown. */
  readonly swipe?: ((toLeft: boolean) => void) | undefined;
}

/** Factor of a press on a button or key, and of a double tap. */
const stepFactor = 1.5;
const doubleTapFactor = 2.5;

/** CSS pixels that a key moves the image. */
const keyDistance = 60;

/** A swipe: pixels of a long drag, or pixels per millisecond of a quick one. */
const swipeDistance = 80;
const swipeSpeed = 0.5;

/** Milliseconds without movement before tiles are loaded: what one only passes is not. */
const restTime = 120;

/** An image on the sheet, or one of several beside each other. */
interface Leaf {
  readonly item: MediaItem;
  readonly size: Size;
  readonly element: HTMLElement;
  readonly base: HTMLImageElement;
  /** Pixels of the base that is shown. */
  baseWidth: number;
  readonly tiles: Map<string, HTMLImageElement>;
}

/** Images that can be zoomed and moved. Several images lie beside each other as the pages of a book. */
export class ZoomPane {
  readonly stage: HTMLElement;
  readonly #sheet = create('div', { class: 'sheet' });
  readonly #pane: Pane;
  readonly #options: ZoomOptions;
  readonly #zoomIn: HTMLButtonElement;
  readonly #zoomOut: HTMLButtonElement;
  readonly #reset: HTMLButtonElement;
  #leaves: Leaf[] = [];
  /** CSS pixels. */
  #stageSize: Size = { width: 0, height: 0 };
  /** Of the sheet without zoom, in CSS pixels. */
  #fitted: Size = { width: 0, height: 0 };
  #scale = 1;
  #x = 0;
  #y = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = 0;

  constructor(pane: Pane, options: ZoomOptions = {}) {
    this.#pane = pane;
    this.#options = options;
    const { text, signal } = pane;
    this.#zoomIn = iconButton('plus', text('zoomIn'), () => this.#step(stepFactor));
    this.#zoomOut = iconButton('minus', text('zoomOut'), () => this.#step(1 / stepFactor));
    this.#reset = iconButton('whole', text('zoomReset'), () => this.zoomTo(1));
    this.stage = create(
      'div',
      { class: 'stage', part: 'stage', tabindex: '0', role: 'group', 'aria-describedby': 'zoom-help' },
      this.#sheet,
    );
    const view = create('div', { class: 'view' }, this.stage);
    pane.body.append(view);
    if (options.isFixed !== true) {
      view.append(
        create('p', { class: 'hidden', id: 'zoom-help' }, text('zoomHelp')),
        create('div', { class: 'controls', part: 'controls' }, this.#zoomOut, this.#zoomIn, this.#reset),
      );
      this.#followPerson();
    }
    pane.onResize(this.stage, (width, height) => {
      this.#stageSize = { width, height };
      this.#fit();
    });
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  #followPerson(): void {
    const { signal } = this.#pane;
    const { swipe } = this.#options;
    let dragged = 0;
    this.stage.classList.toggle('swipes', swipe !== undefined);
    followGestures(
      this.stage,
      {
        start: () => {
          dragged = 0;
        },
        drag: (dx, dy) => {
          if (this.#scale === 1) dragged += dx;
          this.#move(dx, dy);
        },
        pinch: (factor, middle, dx, dy) => {
          dragged = 0;
          this.#zoomAt(middle, factor, false);
          this.#move(dx, dy);
        },
        end: (speed) => {
          const isQuick = Math.abs(speed) > swipeSpeed && Math.abs(dragged) > swipeDistance / 4;
          if (this.#scale === 1 && (isQuick || Math.abs(dragged) > swipeDistance)) swipe?.(dragged < 0);
        },
        doubleTap: (place) => (this.#scale > 1 ? this.zoomTo(1) : this.#zoomAt(place, doubleTapFactor, true)),
      },
      signal,
    );
    this.stage.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    this.stage.addEventListener('keydown', (event) => this.#key(event), { signal });
  }

  /** 1 shows the whole image. */
  get scale(): number {
    return this.#scale;
  }

  /**
   * Shows images without zoom, and resolves when they are loaded. Those without a known size are asked for it.
   * @throws MediaError
   */
  async show(items: readonly MediaItem[]): Promise<void> {
    this.#shown += 1;
    const shown = this.#shown;
    const sizes = await Promise.all(items.map((item) => this.#sizeOf(item)));
    if (shown !== this.#shown || this.#pane.signal.aborted) return;
    this.#leaves = items.map((item, index) => {
      const base = create('img', { alt: item.label ?? item.id, draggable: 'false', decoding: 'async' });
      const element = create('div', { class: 'leaf', part: 'image' }, base);
      return { item, size: sizes[index] as Size, element, base, baseWidth: 0, tiles: new Map() };
    });
    this.stage.setAttribute('aria-label', items.map(({ label, id }) => label ?? id).join(', '));
    this.#sheet.replaceChildren(...this.#leaves.map(({ element }) => element));
    this.#scale = 1;
    this.#fit();
    // An image that cannot be loaded has its text.
    await Promise.all(this.#leaves.map(({ base }) => base.decode().catch(() => undefined)));
  }

  /** Loads images that may be shown next, in the size in which they would be. */
  preload(items: readonly MediaItem[]): void {
    for (const { url, width, height } of items)
      if (url !== undefined && width && height && this.#fitted.height > 0) {
        const shown = (this.#fitted.height * width * devicePixelRatio) / height;
        create('img').src = withCommands(url, { wid: widthFor(shown, { width, height }), fmt: 'auto' });
      }
  }

  /** Where the images are on the stage, in CSS pixels. */
  get place(): Place & Size {
    const { width, height } = this.#fitted;
    return { x: this.#x, y: this.#y, width: width * this.#scale, height: height * this.#scale };
  }

  /** Zooms around the middle of what is visible. */
  zoomTo(scale: number): void {
    const { width, height } = this.#stageSize;
    this.#zoomAt({ x: width / 2, y: height / 2 }, scale / this.#scale, true);
  }

  /** Zooms so that a point of the sheet, in shares of its width and height, is in the middle. */
  centre(across: number, down: number, scale: number): void {
    this.#scale = this.#bounded(scale);
    this.#x = this.#stageSize.width / 2 - across * this.#fitted.width * this.#scale;
    this.#y = this.#stageSize.height / 2 - down * this.#fitted.height * this.#scale;
    this.#apply(false);
  }

  async #sizeOf({ url = '', width, height }: MediaItem): Promise<Size> {
    return width && height ? { width, height } : readSize(url, this.#pane.signal);
  }

  #fit(): void {
    if (this.#leaves.length === 0 || this.#stageSize.width === 0) return;
    // Pages of different heights are shown with the same height.
    const ratio = this.#leaves.reduce((sum, { size }) => sum + size.width / size.height, 0);
    const { width, height } = this.#stageSize;
    const before = this.#fitted.width;
    // No image is larger than its own size before somebody zooms.
    const own = Math.max(...this.#leaves.map(({ size }) => size.height));
    const high = Math.min(height, width / ratio, own);
    this.#fitted = { width: high * ratio, height: high };
    this.#sheet.style.width = `${this.#fitted.width}px`;
    this.#sheet.style.height = `${high}px`;
    for (const { element, size } of this.#leaves)
      element.style.width = `${(100 * size.width) / size.height / ratio}%`;
    this.#loadBases();
    // What was in the middle stays there.
    const grown = before === 0 ? 1 : this.#fitted.width / before;
    this.#x *= grown;
    this.#y *= grown;
    this.#apply(false);
  }

  #loadBases(): void {
    for (const leaf of this.#leaves) {
      const wide = widthFor(this.#screenWidth(leaf, 1), leaf.size);
      if (wide <= leaf.baseWidth) continue;
      leaf.baseWidth = wide;
      leaf.base.src = withCommands(leaf.item.url ?? '', { wid: wide, fmt: 'auto' });
    }
  }

  /** Pixels of the screen that a leaf takes. */
  #screenWidth({ size }: Leaf, scale: number): number {
    return (this.#fitted.height * size.width * scale * devicePixelRatio) / size.height;
  }

  get #maxScale(): number {
    const [leaf] = this.#leaves;
    if (!leaf) return 1;
    const own = leaf.size.height / this.#fitted.height;
    return Math.max(2, (own * (this.#options.maxPercent ?? 100)) / 100);
  }

  #bounded(scale: number): number {
    return Math.min(this.#maxScale, Math.max(1, scale));
  }

  #step(factor: number): void {
    this.zoomTo(this.#scale * factor);
  }

  #zoomAt({ x, y }: Place, factor: number, isAnimated: boolean): void {
    const scale = this.#bounded(this.#scale * factor);
    const grown = scale / this.#scale;
    this.#x = x - (x - this.#x) * grown;
    this.#y = y - (y - this.#y) * grown;
    const isChanged = scale !== this.#scale;
    this.#scale = scale;
    this.#apply(isAnimated);
    if (!isChanged) return;
    const percent = Math.round(
      (100 * this.#screenWidth(this.#leaves[0] as Leaf, scale)) /
        devicePixelRatio /
        (this.#leaves[0]?.size.width ?? 1),
    );
    this.#pane.say(this.#pane.text('zoomed', { percent }));
    this.#pane.emit('zoom', { scale, percent });
  }

  #move(dx: number, dy: number): void {
    if (this.#scale === 1) return;
    this.#x += dx;
    this.#y += dy;
    this.#apply(false);
  }

  /** Puts the sheet where it belongs: never away from an edge that it reaches. */
  #apply(isAnimated: boolean): void {
    if (this.#leaves.length === 0) return;
    const bounded = (at: number, whole: number, visible: number) =>
      whole <= visible ? (visible - whole) / 2 : Math.min(0, Math.max(visible - whole, at));
    this.#x = bounded(this.#x, this.#fitted.width * this.#scale, this.#stageSize.width);
    this.#y = bounded(this.#y, this.#fitted.height * this.#scale, this.#stageSize.height);
    const { style } = this.#sheet;
    style.transition = isAnimated && !prefersReducedMotion() ? 'transform .2s ease-out' : 'none';
    style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.stage.classList.toggle('zoomed', this.#scale > 1);
    setDisabled(this.#zoomIn, this.#scale >= this.#maxScale);
    setDisabled(this.#zoomOut, this.#scale === 1);
    setDisabled(this.#reset, this.#scale === 1);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#loadTiles(), restTime);
  }

  #loadTiles(): void {
    let left = this.#x;
    for (const leaf of this.#leaves) {
      const shown = this.#screenWidth(leaf, this.#scale);
      const width = shown / devicePixelRatio;
      const pixel = leaf.size.width / width;
      const visible: Rectangle = {
        x: -left * pixel,
        y: -this.#y * pixel,
        width: this.#stageSize.width * pixel,
        height: this.#stageSize.height * pixel,
      };
      left += width;
      const wanted = needsTiles(leaf.baseWidth, shown, leaf.size) ? tilesFor(leaf.size, shown, visible) : [];
      this.#showTiles(leaf, wanted);
    }
  }

  /** What was loaded stays below until all that is wanted is there. */
  #showTiles(leaf: Leaf, wanted: readonly Tile[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    const removeOthers = () => {
      for (const [key, image] of leaf.tiles)
        if (!keys.has(key)) {
          image.remove();
          leaf.tiles.delete(key);
        }
    };
    // A tile that is not loaded is not wanted any more.
    for (const [key, image] of leaf.tiles)
      if (!keys.has(key) && !image.complete) {
        image.removeAttribute('src');
        image.remove();
        leaf.tiles.delete(key);
      }
    const loads = wanted
      .filter(({ key }) => !leaf.tiles.has(key))
      .map(({ key, x, y, width, height, wid }) => {
        const image = create('img', { class: 'tile', alt: '', draggable: 'false' });
        const { style } = image;
        style.left = `${(100 * x) / leaf.size.width}%`;
        style.top = `${(100 * y) / leaf.size.height}%`;
        style.width = `${(100 * width) / leaf.size.width}%`;
        style.height = `${(100 * height) / leaf.size.height}%`;
        image.src = withCommands(leaf.item.url ?? '', {
          rgn: `${x},${y},${width},${height}`,
          wid,
          fmt: 'auto',
        });
        leaf.tiles.set(key, image);
        return image.decode().then(
          () => leaf.tiles.get(key) === image && leaf.element.append(image),
          // The base is still there. Another visit of the place tries again.
          () => leaf.tiles.get(key) === image && leaf.tiles.delete(key),
        );
      });
    void Promise.all(loads).then(removeOthers);
  }

  /** The wheel belongs to the page until one has clicked into the viewer, or holds Ctrl, as a pinch on a touch pad does. */
  #wheel(event: WheelEvent): void {
    const hasFocus = (this.stage.getRootNode() as ShadowRoot).activeElement === this.stage;
    if (!event.ctrlKey && !hasFocus) return;
    event.preventDefault();
    const { left, top } = this.stage.getBoundingClientRect();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 30);
    const place = { x: event.clientX - left, y: event.clientY - top };
    this.#zoomAt(
      place,
      Math.exp(-Math.max(-300, Math.min(300, pixels)) / (event.ctrlKey ? 100 : 300)),
      false,
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [keyDistance, 0],
      ArrowRight: [-keyDistance, 0],
      ArrowUp: [0, keyDistance],
      ArrowDown: [0, -keyDistance],
    };
    const move = moves[event.key];
    if (event.key === '+' || event.key === '=') this.#step(stepFactor);
    else if (event.key === '-') this.#step(1 / stepFactor);
    else if ((event.key === 'Home' || event.key === 'Escape' || event.key === '0') && this.#scale > 1)
      this.zoomTo(1);
    else if (move && this.#scale > 1) this.#move(...move);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

export const zoomStyle = makeStyle(`
.sheet { position: absolute; left: 0; top: 0; display: flex; direction: ltr; transform-origin: 0 0; will-change: transform; }
.leaf { position: relative; flex: none; height: 100%; overflow: hidden; }
.leaf img { display: block; width: 100%; height: 100%; }
.leaf .tile { position: absolute; }
.stage { cursor: zoom-in; }
.stage.swipes { touch-action: pan-y; }
.stage.zoomed { cursor: grab; touch-action: none; }
.stage.zoomed:active { cursor: grabbing; }
`);
