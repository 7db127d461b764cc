import { create } from './create-element.ts';
import { followGestures } from './gestures.ts';
import { type Size, widthFor, withCommands } from './image-address.ts';
import { makeStyle } from './make-style.ts';
import { imagesOf, type MediaItem } from './media.ts';
import { onEachFrame, prefersReducedMotion } from './motion.ts';
import type { Pane } from './viewer-element.ts';

/** Images that are loaded at a time. */
const parallel = 6;

/** Share of the speed that is left after a millisecond of momentum, and the speed at which it ends, in frames per millisecond. */
const friction = 0.996;
const minSpeed = 0.002;

/** A size for a set whose images have none. */
const unknownSize: Size = { width: 1_600, height: 1_600 };

interface Frame {
  readonly item: MediaItem;
  readonly image: HTMLImageElement;
  isLoaded: boolean;
}

/** A view that can be rotated, with one row of images or several. */
export class SpinPane {
  readonly stage: HTMLElement;
  readonly #rows: readonly (readonly Frame[])[];
  readonly #pane: Pane;
  /** Positions between frames, while it is dragged. */
  #column = 0;
  #row = 0;
  #shown: HTMLImageElement | undefined;
  #emitted = '';
  #wide = 0;
  #queue: Frame[] = [];
  #loading = 0;
  #width = 1;
  #height = 1;
  #motion: AbortController | undefined;

  constructor(pane: Pane, set: MediaItem) {
    this.#pane = pane;
    this.#rows = rowsOf(set).map((row) =>
      row.map((item) => ({
        item,
        image: create('img', { alt: '', draggable: 'false', decoding: 'async' }),
        isLoaded: false,
      })),
    );
    const { text, signal } = pane;
    this.stage = create('div', {
      class: 'stage spin',
      part: 'stage',
      tabindex: '0',
      role: 'slider',
      'aria-label': set.label ?? text('spin'),
      'aria-valuemin': '1',
      'aria-describedby': 'spin-help',
    });
    pane.body.append(this.stage, create('p', { class: 'hidden', id: 'spin-help' }, text('spinHelp')));
    if (this.#rows.length > 1) this.stage.classList.add('rows');
    followGestures(
      this.stage,
      {
        start: () => this.stop(),
        drag: (dx, dy) => this.#drag(dx, dy),
        end: (velocityX) => this.#coast((-velocityX * this.#framesOfRow) / this.#width),
      },
      signal,
    );
    this.stage.addEventListener('keydown', (event) => this.#key(event), { signal });
    signal.addEventListener('abort', () => this.stop(), { once: true });
    pane.onResize(this.stage, (width, height) => {
      this.#width = width;
      this.#height = height;
      this.#load();
    });
    this.#show();
  }

  /** From 0, in the row that is shown. */
  get frame(): number {
    return modulo(Math.round(this.#column), this.#framesOfRow);
  }

  /** From 0. */
  get row(): number {
    return Math.round(this.#row);
  }

  /** Shows a view. @param frame counts round and round */
  show(frame: number, row = this.#row): void {
    this.#column = frame;
    this.#row = Math.min(this.#rows.length - 1, Math.max(0, row));
    this.#show();
  }

  /** Rotates by itself until `stop`. @param secondsPerRound negative ones rotate to the other side */
  play(secondsPerRound: number): void {
    this.stop();
    this.#motion = new AbortController();
    const speed = this.#framesOfRow / secondsPerRound / 1_000;
    onEachFrame((milliseconds) => {
      this.show(this.#column + speed * milliseconds);
      return true;
    }, this.#motion.signal);
  }

  stop(): void {
    this.#motion?.abort();
    this.#motion = undefined;
  }

  get #frames(): readonly Frame[] {
    return this.#rows[this.row] ?? [];
  }

  get #framesOfRow(): number {
    return Math.max(1, this.#frames.length);
  }

  /** The width of the stage is a whole round, its height all rows. */
  #drag(dx: number, dy: number): void {
    const rows = this.#rows.length - 1;
    this.show(this.#column - (dx * this.#framesOfRow) / this.#width, this.#row - (dy * rows) / this.#height);
  }

  /** Goes on after a drag, and slows down. @param speed frames per millisecond */
  #coast(speed: number): void {
    if (prefersReducedMotion() || Math.abs(speed) < minSpeed) {
      this.#settle();
      return;
    }
    this.#motion = new AbortController();
    let now = speed;
    onEachFrame((milliseconds) => {
      this.show(this.#column + now * milliseconds);
      now *= friction ** milliseconds;
      if (Math.abs(now) >= minSpeed) return true;
      this.#settle();
      return false;
    }, this.#motion.signal);
  }

  /** The next drag begins at a whole frame. */
  #settle(): void {
    this.show(this.frame, this.row);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { frame, row } = this;
    const last = this.#framesOfRow - 1;
    const targets: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [frame - 1, row],
      ArrowRight: [frame + 1, row],
      ArrowUp: [frame, row - 1],
      ArrowDown: [frame, row + 1],
      Home: [0, row],
      End: [last, row],
    };
    const target = targets[event.key];
    if (!target) return;
    event.preventDefault();
    this.stop();
    this.show(modulo(target[0], last + 1), target[1]);
  }

  #show(): void {
    const frames = this.#frames;
    const { frame, row } = this;
    const image = nearestLoaded(frames, frame)?.image;
    if (image && image !== this.#shown) {
      this.#shown = image;
      this.stage.replaceChildren(image);
    }
    if (this.#emitted === `${row} ${frame}`) return;
    const isFirst = this.#emitted === '';
    this.#emitted = `${row} ${frame}`;
    const values = { frame: frame + 1, frames: frames.length, row: row + 1, rows: this.#rows.length };
    this.stage.setAttribute('aria-valuemax', String(frames.length));
    this.stage.setAttribute('aria-valuenow', String(frame + 1));
    this.stage.setAttribute(
      'aria-valuetext',
      this.#pane.text(this.#rows.length > 1 ? 'frameOfRow' : 'frame', values),
    );
    if (!isFirst) this.#pane.emit('frame', { frame, row, id: frames[frame]?.item.id });
  }

  /** Every frame in the size of the stage: the shown one first, then every eighth, and so on, so that any drag shows something. */
  #load(): void {
    const [first] = this.#frames;
    if (!first) return;
    const { width = unknownSize.width, height = unknownSize.height } = first.item;
    const high = Math.min(this.#height, (this.#width * height) / width);
    const wide = widthFor((high * width * devicePixelRatio) / height, { width, height });
    if (wide <= this.#wide) return;
    this.#wide = wide;
    const order = (frames: readonly Frame[], start: number) =>
      [8, 4, 2, 1].flatMap((step) =>
        frames.filter((_, index) => modulo(index - start, frames.length) % step === 0),
      );
    const { frame, row } = this;
    const rows = this.#rows.toSorted(
      (one, other) => Math.abs(this.#rows.indexOf(one) - row) - Math.abs(this.#rows.indexOf(other) - row),
    );
    this.#queue = [...new Set(rows.flatMap((frames) => order(frames, frame)))];
    this.#loadNext();
  }

  #loadNext(): void {
    while (this.#loading < parallel && !this.#pane.signal.aborted) {
      const frame = this.#queue.shift();
      if (!frame) return;
      this.#loading += 1;
      frame.image.src = withCommands(frame.item.url ?? '', { wid: this.#wide, fmt: 'auto' });
      void frame.image
        .decode()
        // A frame that cannot be loaded is left out: its neighbours are shown.
        .then(
          () => {
            frame.isLoaded = true;
          },
          () => undefined,
        )
        .then(() => {
          this.#loading -= 1;
          this.#show();
          this.#loadNext();
        });
    }
  }
}

/** The rows of a spin set in their order; one row if its members have none. */
function rowsOf(set: MediaItem): MediaItem[][] {
  const rows = new Map<number, MediaItem[]>();
  for (const item of imagesOf(set)) rows.set(item.row ?? 0, [...(rows.get(item.row ?? 0) ?? []), item]);
  return [...rows].toSorted(([one], [other]) => one - other).map(([, items]) => items);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function nearestLoaded(frames: readonly Frame[], wanted: number): Frame | undefined {
  for (let distance = 0; distance <= frames.length / 2; distance++)
    for (const index of [wanted - distance, wanted + distance]) {
      const frame = frames[modulo(index, frames.length)];
      if (frame?.isLoaded) return frame;
    }
  return undefined;
}

export const spinStyle = makeStyle(`
.spin { cursor: ew-resize; touch-action: pan-y; }
.spin.rows { cursor: move; touch-action: none; }
.spin img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
`);
