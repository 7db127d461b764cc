/** `<pressroom-carousel>`: the images of a set, one beside the other, to leaf through. */
import { create, iconButton, nameButton, setDisabled } from './create-element.ts';
import { widthFor, withCommands } from './image-address.ts';
import { makeStyle } from './make-style.ts';
import { imagesOf, type MediaItem } from './media.ts';
import { prefersReducedMotion } from './motion.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';

/** Seconds that an image is shown, if `autoplay` names none. */
const defaultSeconds = 5;

/** Sizes of images that have none: what is needed to choose a width. */
const unknownSize = { width: 2_560, height: 1_440 };

export class CarouselElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'autoplay'];
  #goTo: ((slide: number) => void) | undefined;
  #slide = 0;

  protected override styles(): readonly CSSStyleSheet[] {
    return [carouselStyle()];
  }

  /** Index of the image that is shown, from 0. */
  get slide(): number {
    return this.#slide;
  }
  set slide(value: number) {
    this.#goTo?.(value);
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const images = imagesOf(media);
    if (images.length === 0) throw new Error(`${media.id} has no images`);
    const { text, emit, say, signal } = pane;
    const slides = images.map((item, index) => {
      const image = create('img', { alt: item.label ?? item.id, decoding: 'async', draggable: 'false' });
      return create(
        'div',
        {
          class: 'slide',
          role: 'group',
          'aria-roledescription': text('slide'),
          'aria-label': text('slideOf', { slide: index + 1, slides: images.length }),
        },
        image,
      );
    });
    const track = create(
      'div',
      {
        class: 'track',
        part: 'stage',
        tabindex: '0',
        role: 'group',
        'aria-label': media.label ?? text('carousel'),
      },
      ...slides,
    );
    const back = iconButton('previous', text('previousSlide'), () => go(this.#slide - 1));
    const forward = iconButton('next', text('nextSlide'), () => go(this.#slide + 1));
    back.classList.add('turn', 'back');
    forward.classList.add('turn', 'forward');
    const dots = create('div', { class: 'dots', part: 'dots', 'aria-hidden': 'true' });
    dots.append(...slides.map(() => create('span')));
    pane.body.append(track, back, forward, dots);

    let wide = 0;
    const load = (index: number) => {
      const item = images[index];
      const image = slides[index]?.querySelector('img');
      if (!item?.url || !image || wide === 0) return;
      const { width = unknownSize.width, height = unknownSize.height } = item;
      const src = withCommands(item.url, {
        wid: widthFor(wide * devicePixelRatio, { width, height }),
        fmt: 'auto',
      });
      if (image.src !== src) image.src = src;
    };
    const mark = (index: number) => {
      this.#slide = index;
      for (const near of [index, index + 1, index - 1]) load(near);
      for (const [at, dot] of [...dots.children].entries()) dot.classList.toggle('shown', at === index);
      for (const [at, slide] of slides.entries()) slide.inert = at !== index;
      setDisabled(back, index === 0);
      setDisabled(forward, index === slides.length - 1);
    };
    const go = (index: number) => {
      const slide = slides[index];
      if (!slide) return;
      track.scrollTo({ left: slide.offsetLeft, behavior: prefersReducedMotion() ? 'instant' : 'smooth' });
    };
    this.#goTo = go;
    track.addEventListener(
      'scroll',
      () => {
        // Right to left, the places are negative.
        const index = Math.round(Math.abs(track.scrollLeft) / Math.max(1, track.clientWidth));
        if (index === this.#slide || !slides[index]) return;
        mark(index);
        say(text('slideOf', { slide: index + 1, slides: slides.length }));
        emit('select', { index, id: images[index]?.id });
      },
      { signal, passive: true },
    );
    track.addEventListener(
      'keydown',
      (event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        go(this.#slide + (getComputedStyle(track).direction === 'rtl' ? -step : step));
      },
      { signal },
    );
    pane.onResize(track, (width) => {
      wide = width;
      mark(this.#slide);
      track.scrollTo({ left: slides[this.#slide]?.offsetLeft ?? 0, behavior: 'instant' });
    });
    const autoplay = this.setting('autoplay');
    if (autoplay !== undefined && autoplay !== false)
      this.#addPlay(
        pane,
        track,
        () => go((this.#slide + 1) % slides.length),
        Number(autoplay) || defaultSeconds,
      );
  }

  /** What moves by itself can be stopped, and stops when somebody uses it. With reduced motion it waits for the button. */
  #addPlay({ body, text, emit, signal }: Pane, track: HTMLElement, next: () => void, seconds: number): void {
    let timer: ReturnType<typeof setInterval> | undefined;
    const set = (plays: boolean) => {
      if (plays === (timer !== undefined)) return;
      clearInterval(timer);
      timer = plays ? setInterval(next, seconds * 1_000) : undefined;
      nameButton(button, plays ? 'pause' : 'play', text(plays ? 'pause' : 'play'));
      emit(plays ? 'play' : 'pause', {});
    };
    const button = iconButton('play', text('play'), () => set(timer === undefined));
    body.append(create('div', { class: 'controls', part: 'controls' }, button));
    for (const type of ['pointerdown', 'keydown', 'wheel'])
      track.addEventListener(type, () => set(false), { signal, passive: true });
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    set(!prefersReducedMotion());
  }
}

const carouselStyle = makeStyle(`
.track {
  position: relative;
  display: flex;
  flex: 1;
  min-block-size: 0;
  overflow: auto hidden;
  scroll-snap-type: x mandatory;
  scrollbar-width: none;
  overscroll-behavior-x: contain;
}
.slide { flex: none; inline-size: 100%; block-size: 100%; scroll-snap-align: start; scroll-snap-stop: always; }
.slide img { display: block; inline-size: 100%; block-size: 100%; object-fit: contain; }
.turn { position: absolute; inset-block-start: calc(50% - 20px); }
.turn.back { inset-inline-start: 8px; }
.turn.forward { inset-inline-end: 8px; }
.turn:dir(rtl) svg { transform: scaleX(-1); }
.dots { position: absolute; inset-block-end: 12px; inset-inline: 64px; display: flex; gap: 8px; justify-content: center; pointer-events: none; }
.dots span { inline-size: 8px; block-size: 8px; border: 1px solid #16191f; border-radius: 4px; background: #fff; }
.dots .shown { background: #16191f; border-color: #fff; }
@media (forced-colors: active) {
  .dots span { background: Canvas; border-color: CanvasText; forced-color-adjust: none; }
  .dots .shown { background: Highlight; }
}
`);

if (!customElements.get('pressroom-carousel')) customElements.define('pressroom-carousel', CarouselElement);
