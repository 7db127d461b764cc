/** `<pressroom-ecatalog>`: the pages of an eCatalog, two at a time as in a book, which can be turned and zoomed. */
import { type Choice, Choices, choicesStyle } from './choices.ts';
import { create, iconButton, setDisabled } from './create-element.ts';
import { makeStyle } from './make-style.ts';
import { imagesOf, type MediaItem } from './media.ts';
import { prefersReducedMotion } from './motion.ts';
import { type Spread, spreadsOf } from './spreads.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';
import { ZoomPane, zoomStyle } from './zoom-pane.ts';

/** Narrower than this share of its height, a viewer shows one page at a time. */
const minBookRatio = 1.05;

/** Milliseconds in which a page turns. */
const turnTime = 450;

export class EcatalogElement extends ViewerElement {
  static override readonly observedAttributes = [
    ...ViewerElement.observedAttributes,
    'max-zoom',
    'single-page',
    'thumbnails',
  ];
  #goTo: ((page: number) => void) | undefined;
  #page = 1;

  protected override styles(): readonly CSSStyleSheet[] {
    return [zoomStyle(), choicesStyle(), bookStyle()];
  }

  /** Number of the first page that is shown, from 1. */
  get page(): number {
    return this.#page;
  }
  set page(value: number) {
    if (this.#goTo) this.#goTo(value);
    else this.#page = value;
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const pages = imagesOf(media);
    if (pages.length === 0) throw new Error(`${media.id} has no pages`);
    const { body, text, emit, say, signal } = pane;
    const isRightToLeft = getComputedStyle(this).direction === 'rtl';
    let spreads: Spread[] = [];
    let shown = -1;
    let choices: Choices | undefined;

    const turn = (by: number) => go(shown + by, true);
    const zoom = new ZoomPane(pane, {
      maxPercent: Number(this.setting('max-zoom') ?? 100),
      swipe: (toLeft) => turn(toLeft !== isRightToLeft ? 1 : -1),
    });
    const back = iconButton('previous', text('previousPage'), () => turn(-1));
    const forward = iconButton('next', text('nextPage'), () => turn(1));
    back.classList.add('turn', 'back');
    forward.classList.add('turn', 'forward');
    const label = create('p', { class: 'pages', part: 'pages' });
    zoom.stage.after(back, forward, label);

    const go = (index: number, isByPerson: boolean) => {
      const spread = spreads[index];
      if (!spread || index === shown) return;
      const isForward = index > shown;
      const isFirst = shown === -1;
      shown = index;
      this.#page = spread.first;
      const named = nameOf(spread, pages.length, text);
      label.textContent = named;
      setDisabled(back, index === 0);
      setDisabled(forward, index === spreads.length - 1);
      choices?.mark(index);
      const turned =
        isFirst || zoom.scale > 1 ? undefined : turnPage(zoom.stage, isForward !== isRightToLeft);
      const inOrder = isRightToLeft ? spread.pages.toReversed() : spread.pages;
      const shows = zoom.show(inOrder).then(() => {
        zoom.preload([spreads[index + 1], spreads[index - 1]].flatMap((near) => near?.pages ?? []));
        return turned?.();
      });
      this.watch(shows, pane);
      if (!isByPerson) return;
      say(named);
      emit('page', { page: spread.first, pages: pages.length, ids: spread.pages.map(({ id }) => id) });
    };
    const goToPage = (page: number, isByPerson: boolean) =>
      go(
        spreads.findLastIndex(({ first }) => first <= page),
        isByPerson,
      );
    this.#goTo = (page) => goToPage(page, false);

    const arrange = (isSingle: boolean) => {
      spreads = spreadsOf(pages, isSingle);
      shown = -1;
      choices?.element.remove();
      if (
        this.setting('thumbnails') !== false &&
        this.setting('thumbnails') !== 'false' &&
        pages.length > 1
      ) {
        const list = spreads.map((spread): Choice => {
          const images = spread.pages.flatMap(({ url }) => url ?? []);
          return {
            label: nameOf(spread, pages.length, text),
            images: isRightToLeft ? images.toReversed() : images,
          };
        });
        choices = new Choices(pane, list, (index) => go(index, true));
        body.append(choices.element);
      }
      goToPage(this.#page, false);
    };
    let wasSingle: boolean | undefined;
    pane.onResize(zoom.stage, (width, height) => {
      const isSingle = this.setting('single-page') === true || width < height * minBookRatio;
      if (isSingle !== wasSingle) arrange(isSingle);
      wasSingle = isSingle;
    });

    zoom.stage.addEventListener(
      'keydown',
      (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
        const steps: Readonly<Record<string, number>> = {
          PageDown: 1,
          PageUp: -1,
          [isRightToLeft ? 'ArrowLeft' : 'ArrowRight']: 1,
          [isRightToLeft ? 'ArrowRight' : 'ArrowLeft']: -1,
          Home: -spreads.length,
          End: spreads.length,
        };
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        go(Math.min(spreads.length - 1, Math.max(0, shown + step)), true);
      },
      { signal },
    );
  }
}

function nameOf({ pages, first }: Spread, all: number, text: Pane['text']): string {
  const last = first + pages.length - 1;
  return pages.length === 1
    ? text('pageOf', { page: pages[0]?.label ?? first, pages: all })
    : text('pagesOf', { first: pages[0]?.label ?? first, last: pages[1]?.label ?? last, pages: all });
}

/**
 * Lets a page turn around the middle: over it lies the page before, and under it appears the next one. Nothing turns with
 * reduced motion, nor from the cover, which has no middle.
 * @param toLeft whether the right page turns to the left
 * @returns starts it, when the next pages are there
 */
function turnPage(stage: HTMLElement, toLeft: boolean): (() => Promise<void>) | undefined {
  for (const left of stage.querySelectorAll('.turning')) left.remove();
  const sheet = stage.querySelector<HTMLElement>('.sheet');
  if (prefersReducedMotion() || sheet?.childElementCount !== 2) return undefined;
  const half = (isLeft: boolean) => {
    const copy = sheet.cloneNode(true) as HTMLElement;
    copy.classList.add('turning');
    copy.style.clipPath = isLeft ? 'inset(0 50% 0 0)' : 'inset(0 0 0 50%)';
    copy.setAttribute('aria-hidden', 'true');
    return copy;
  };
  const rotate = (page: HTMLElement, from: number, to: number, easing: string) => {
    stage.append(page);
    const transform = [from, to].map(
      (degrees) => `perspective(2400px) ${page.style.transform} rotateY(${degrees}deg)`,
    );
    return page.animate({ transform }, { duration: turnTime / 2, easing }).finished;
  };
  const lying = half(toLeft);
  const leaving = half(!toLeft);
  const away = toLeft ? -90 : 90;
  return async () => {
    if (sheet.childElementCount !== 2) return;
    stage.append(lying);
    await rotate(leaving, 0, away, 'ease-in');
    leaving.remove();
    const coming = half(toLeft);
    await rotate(coming, -away, 0, 'ease-out');
    coming.remove();
    lying.remove();
  };
}

const bookStyle = makeStyle(`
.turning { transform-origin: 50% 50%; pointer-events: none; }
.turn { position: absolute; inset-block-start: calc(50% - 20px); }
.turn.back { inset-inline-start: 8px; }
.turn.forward { inset-inline-end: 8px; }
.turn:dir(rtl) svg { transform: scaleX(-1); }
.pages {
  position: absolute;
  inset-block-start: 8px;
  inset-inline-start: 8px;
  margin: 0;
  padding: 2px 10px;
  border-radius: 12px;
  background: var(--viewer-button, #fffffff0);
  color: var(--viewer-button-color, #16191f);
}
`);

if (!customElements.get('pressroom-ecatalog')) customElements.define('pressroom-ecatalog', EcatalogElement);
