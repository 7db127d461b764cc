/** `<pressroom-mixed-media>`: images, spins, videos and sounds of a set, which small images choose. */
import { Choices, choiceOf, choicesStyle } from './choices.ts';
import { create } from './create-element.ts';
import { imagesOf, itemsOf, type MediaItem } from './media.ts';
import { SpinPane, spinStyle } from './spin-pane.ts';
import { VideoPane, videoStyle } from './video-pane.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';
import { ZoomPane, zoomStyle } from './zoom-pane.ts';

export class MixedMediaElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'max-zoom'];
  #select: ((index: number) => void) | undefined;
  #selected = 0;

  protected override styles(): readonly CSSStyleSheet[] {
    return [zoomStyle(), spinStyle(), videoStyle(), choicesStyle()];
  }

  /** Index of the member that is shown, from 0. Each image of an image set counts. */
  get selected(): number {
    return this.#selected;
  }
  set selected(value: number) {
    if (this.#select) this.#select(value);
    else this.#selected = value;
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const items = itemsOf(media).flatMap(shownItems);
    if (items.length === 0) throw new Error(`${media.id} has nothing that can be shown`);
    const view = create('div', { class: 'view' });
    pane.body.append(view);
    let showing: AbortController | undefined;
    pane.signal.addEventListener('abort', () => showing?.abort(), { once: true });

    const show = (index: number) => {
      const item = items[index];
      if (!item) return;
      showing?.abort();
      showing = new AbortController();
      view.replaceChildren();
      this.#selected = index;
      choices.mark(index);
      const inner = { ...pane, body: view, signal: showing.signal };
      if (item.type === 'spin-set') new SpinPane(inner, item);
      else if (isPlayed(item)) new VideoPane(inner, item);
      else {
        const zoom = new ZoomPane(inner, { maxPercent: Number(this.setting('max-zoom') ?? 100) });
        this.watch(zoom.show([item]), inner);
      }
    };
    const choices = new Choices(pane, items.map(choiceOf), (index) => {
      show(index);
      pane.emit('select', { index, id: items[index]?.id });
    });
    if (items.length > 1) pane.body.append(choices.element);
    this.#select = show;
    show(Math.min(this.#selected, items.length - 1));
  }
}

const isPlayed = ({ type }: MediaItem) =>
  type === 'video' || type === 'audio' || type === 'adaptive-video-set';

/** A set of images is shown image by image. */
function shownItems(item: MediaItem): readonly MediaItem[] {
  if (item.type === 'spin-set') return imagesOf(item).length > 0 ? [item] : [];
  return isPlayed(item) ? [item] : imagesOf(item);
}

if (!customElements.get('pressroom-mixed-media'))
  customElements.define('pressroom-mixed-media', MixedMediaElement);
