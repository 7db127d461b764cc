/** `<pressroom-zoom>`: an image that can be zoomed. Of a set, the first image. */
import { imagesOf, type MediaItem } from './media.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';
import { ZoomPane, zoomStyle } from './zoom-pane.ts';

export class ZoomElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'max-zoom'];
  #zoom: ZoomPane | undefined;

  protected override styles(): readonly CSSStyleSheet[] {
    return [zoomStyle()];
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const [image] = imagesOf(media);
    if (!image) throw new Error(`${media.id} has no image`);
    const maxPercent = Number(this.setting('max-zoom') ?? 100);
    this.#zoom = new ZoomPane(pane, { maxPercent });
    this.watch(this.#zoom.show([image]), pane);
  }

  /** How far it is zoomed in: 1 shows the whole image. */
  get scale(): number {
    return this.#zoom?.scale ?? 1;
  }
  set scale(value: number) {
    this.#zoom?.zoomTo(value);
  }
}

if (!customElements.get('pressroom-zoom')) customElements.define('pressroom-zoom', ZoomElement);
