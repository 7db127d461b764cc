/** `<pressroom-image-set>`: an image set or swatch set. Swatches choose the image, which can be zoomed. */
import { Choices, choiceOf, choicesStyle } from './choices.ts';
import { imagesOf, itemsOf, type MediaItem } from './media.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';
import { ZoomPane, zoomStyle } from './zoom-pane.ts';

export class ImageSetElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'max-zoom'];
  #select: ((index: number) => void) | undefined;
  #selected = 0;

  protected override styles(): readonly CSSStyleSheet[] {
    return [zoomStyle(), choicesStyle()];
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const items = itemsOf(media).filter((item) => imagesOf(item).length > 0);
    if (items.length === 0) throw new Error(`${media.id} has no images`);
    const zoom = new ZoomPane(pane, { maxPercent: Number(this.setting('max-zoom') ?? 100) });
    const show = (index: number) => {
      const item = items[index];
      if (!item) return;
      this.#selected = index;
      choices.mark(index);
      this.watch(zoom.show(imagesOf(item).slice(0, 1)), pane);
    };
    const choices = new Choices(pane, items.map(choiceOf), (index) => {
      show(index);
      pane.emit('select', { index, id: items[index]?.id });
    });
    if (items.length > 1) pane.body.append(choices.element);
    this.#select = show;
    show(Math.min(this.#selected, items.length - 1));
  }

  /** Index of the image that is shown, from 0. */
  get selected(): number {
    return this.#selected;
  }
  set selected(value: number) {
    if (this.#select) this.#select(value);
    else this.#selected = value;
  }
}

if (!customElements.get('pressroom-image-set')) customElements.define('pressroom-image-set', ImageSetElement);
