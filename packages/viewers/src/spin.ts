/** `<pressroom-spin>`: a spin set, with one row of images or several. */
import { create, iconButton, nameButton } from './create-element.ts';
import { imagesOf, type MediaItem } from './media.ts';
import { prefersReducedMotion } from './motion.ts';
import { SpinPane, spinStyle } from './spin-pane.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';

/** Seconds of a round, if `autoplay` names none. */
const defaultSeconds = 8;

export class SpinElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'autoplay'];
  #spin: SpinPane | undefined;

  protected override styles(): readonly CSSStyleSheet[] {
    return [spinStyle()];
  }

  protected override build(media: MediaItem, pane: Pane): void {
    if (imagesOf(media).length === 0) throw new Error(`${media.id} has no images`);
    const spin = new SpinPane(pane, media);
    this.#spin = spin;
    const autoplay = this.setting('autoplay');
    if (autoplay !== undefined && autoplay !== false)
      this.#addPlay(spin, pane, Number(autoplay) || defaultSeconds);
  }

  /** View that is shown, from 0. */
  get frame(): number {
    return this.#spin?.frame ?? 0;
  }
  set frame(value: number) {
    this.#spin?.stop();
    this.#spin?.show(value);
  }

  /** Row that is shown, from 0. */
  get row(): number {
    return this.#spin?.row ?? 0;
  }
  set row(value: number) {
    this.#spin?.stop();
    this.#spin?.show(this.frame, value);
  }

  /** What moves by itself can be stopped. With reduced motion it waits for the button. */
  #addPlay(spin: SpinPane, { body, text, emit, signal }: Pane, seconds: number): void {
    let isPlaying = false;
    const set = (plays: boolean) => {
      if (plays === isPlaying) return;
      isPlaying = plays;
      nameButton(button, plays ? 'pause' : 'play', text(plays ? 'pause' : 'play'));
      if (plays) spin.play(seconds);
      else spin.stop();
      emit(plays ? 'play' : 'pause', {});
    };
    const button = iconButton('play', text('play'), () => set(!isPlaying));
    body.append(create('div', { class: 'controls', part: 'controls' }, button));
    for (const type of ['pointerdown', 'keydown'])
      spin.stage.addEventListener(type, () => set(false), { signal });
    set(!prefersReducedMotion());
  }
}

if (!customElements.get('pressroom-spin')) customElements.define('pressroom-spin', SpinElement);
