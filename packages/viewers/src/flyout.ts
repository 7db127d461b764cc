/** `<pressroom-flyout>`: an image, and beside it the part under the pointer, enlarged. */
import { create } from './create-element.ts';
import { makeStyle } from './make-style.ts';
import { imagesOf, type MediaItem } from './media.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';
import { ZoomPane, zoomStyle } from './zoom-pane.ts';

/** How much larger than the whole image the part is, if `factor` says nothing else. */
const defaultFactor = 3;

/** Share of the image that an arrow key moves. */
const keyStep = 0.05;

export class FlyoutElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'factor'];

  protected override styles(): readonly CSSStyleSheet[] {
    return [zoomStyle(), flyoutStyle()];
  }

  protected override build(media: MediaItem, pane: Pane): void {
    const [image] = imagesOf(media);
    if (!image) throw new Error(`${media.id} has no image`);
    const { body, signal, text, emit } = pane;
    const factor = Number(this.setting('factor')) || defaultFactor;
    const whole = new ZoomPane(pane, { isFixed: true });
    const { stage } = whole;
    stage.setAttribute('aria-describedby', 'flyout-help');
    const flyout = create('div', { class: 'flyout', part: 'flyout', 'aria-hidden': 'true' });
    const lens = create('div', { class: 'lens', part: 'lens', hidden: true });
    stage.append(lens);
    body.append(flyout, create('p', { class: 'hidden', id: 'flyout-help' }, text('flyoutHelp')));
    let part: ZoomPane | undefined;
    let place = { across: 0.5, down: 0.5 };

    const show = (across: number, down: number) => {
      place = { across: Math.min(1, Math.max(0, across)), down: Math.min(1, Math.max(0, down)) };
      const isOpening = !flyout.classList.contains('open');
      flyout.classList.add('open');
      lens.hidden = false;
      // The large image is not loaded before somebody looks at it.
      if (!part) {
        const silent = () => undefined;
        part = new ZoomPane({ ...pane, body: flyout, say: silent, emit: silent }, { isFixed: true });
        part.stage.removeAttribute('tabindex');
        pane.onResize(part.stage, put);
        this.watch(part.show([image]).then(put), pane);
      }
      put();
      if (isOpening) emit('zoom', { scale: factor });
    };
    /** The part that is enlarged, and the frame around it in the whole image. */
    const put = () => {
      if (!part) return;
      part.centre(place.across, place.down, factor);
      const around = whole.place;
      const enlarged = part.place;
      const share = (visible: number, all: number) => (all > visible ? visible / all : 1);
      const { style } = lens;
      const across = share(part.stage.clientWidth, enlarged.width);
      const down = share(part.stage.clientHeight, enlarged.height);
      style.left = `${around.x + around.width * Math.max(0, -enlarged.x / enlarged.width)}px`;
      style.top = `${around.y + around.height * Math.max(0, -enlarged.y / enlarged.height)}px`;
      style.width = `${around.width * across}px`;
      style.height = `${around.height * down}px`;
    };
    const hide = () => {
      flyout.classList.remove('open');
      lens.hidden = true;
    };
    const follow = (event: PointerEvent) => {
      const { left, top } = stage.getBoundingClientRect();
      const { x, y, width, height } = whole.place;
      show((event.clientX - left - x) / width, (event.clientY - top - y) / height);
    };
    stage.addEventListener('pointermove', follow, { signal });
    stage.addEventListener('pointerdown', follow, { signal });
    stage.addEventListener('pointerleave', hide, { signal });
    stage.addEventListener('blur', hide, { signal });
    stage.addEventListener(
      'keydown',
      (event) => {
        const steps: Readonly<Record<string, readonly [number, number]>> = {
          ArrowLeft: [-keyStep, 0],
          ArrowRight: [keyStep, 0],
          ArrowUp: [0, -keyStep],
          ArrowDown: [0, keyStep],
        };
        const step = steps[event.key];
        if (event.key === 'Escape') hide();
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        show(place.across + step[0], place.down + step[1]);
      },
      { signal },
    );
    this.watch(whole.show([image]), pane);
  }
}

const flyoutStyle = makeStyle(`
:host { contain: style; }
.stage { cursor: crosshair; touch-action: none; }
.flyout {
  position: absolute;
  inset-block-start: 0;
  inset-inline-start: calc(100% + 12px);
  inline-size: 100%;
  block-size: 100%;
  z-index: 1;
  display: none;
  pointer-events: none;
  border: 1px solid var(--viewer-border, #7d8998);
  background: var(--viewer-background, #fff);
}
.flyout.open { display: flex; flex-direction: column; }
.lens { position: absolute; border: 2px solid #fff; outline: 2px solid #16191f; background: #fff3; pointer-events: none; }
.lens[hidden] { display: none; }
@media (max-width: 700px) {
  .flyout { inset-inline-start: 0; inset-block-start: calc(100% + 12px); }
}
`);

if (!customElements.get('pressroom-flyout')) customElements.define('pressroom-flyout', FlyoutElement);
