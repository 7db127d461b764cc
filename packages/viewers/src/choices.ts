import { create } from './create-element.ts';
import { withCommands } from './image-address.ts';
import { makeStyle } from './make-style.ts';
import { isImage, type MediaItem } from './media.ts';
import type { Pane } from './viewer-element.ts';

/** One of several things to look at. */
export interface Choice {
  readonly label: string;
  /** Addresses of images without commands, which lie beside each other. */
  readonly images: readonly string[];
  /** Six hexadecimal digits. */
  readonly color?: string | undefined;
}

/** CSS pixels of a small image, for screens of every density. */
const imageWidth = 160;

/** What stands for a member: its swatch, or the image itself in small. */
export function choiceOf(item: MediaItem): Choice {
  const { swatch, label = item.swatch?.label ?? item.id } = item;
  if (swatch?.color !== undefined) return { label, images: [], color: swatch.color };
  const url = swatch?.url ?? firstImage(item);
  return { label, images: url === undefined ? [] : [url] };
}

function firstImage(item: MediaItem): string | undefined {
  return isImage(item) ? item.url : item.items?.map(firstImage).find((url) => url !== undefined);
}

/** A row of small images or colours, one of which is chosen. A radio group for keyboard and screen readers. */
export class Choices {
  readonly element: HTMLElement;
  readonly #buttons: readonly HTMLButtonElement[];
  #chosen = -1;

  /** @param choose called when somebody chooses another one, with its index */
  constructor({ text, signal }: Pane, choices: readonly Choice[], choose: (index: number) => void) {
    this.#buttons = choices.map(({ label, images, color }, index) => {
      const button = create('button', { type: 'button', role: 'radio', 'aria-label': label, title: label });
      if (color !== undefined) button.style.backgroundColor = `#${color}`;
      for (const url of images) {
        const image = create('img', { alt: '', loading: 'lazy', decoding: 'async', draggable: 'false' });
        image.src = withCommands(url, { wid: imageWidth, fmt: 'auto' });
        button.append(image);
      }
      if (images.length === 0 && color === undefined) button.append(label);
      button.addEventListener('click', () => choose(index));
      return button;
    });
    this.element = create(
      'div',
      { class: 'choices', part: 'choices', role: 'radiogroup', 'aria-label': text('choices') },
      ...this.#buttons,
    );
    this.element.addEventListener(
      'keydown',
      (event) => {
        const target = this.#targetOf(event.key);
        if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        choose(target);
        this.#buttons[target]?.focus();
      },
      { signal },
    );
  }

  mark(chosen: number): void {
    if (chosen === this.#chosen) return;
    this.#chosen = chosen;
    for (const [index, button] of this.#buttons.entries()) {
      button.setAttribute('aria-checked', String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
    }
    const button = this.#buttons[chosen];
    // Only within the row: scrollIntoView would move the page as well.
    if (!button) return;
    const { element } = this;
    const middle = button.offsetLeft + button.offsetWidth / 2 - element.clientWidth / 2;
    element.scrollTo({ left: middle, behavior: 'instant' });
  }

  #targetOf(key: string): number | undefined {
    const last = this.#buttons.length - 1;
    const forward = getComputedStyle(this.element).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const targets: Readonly<Record<string, number>> = {
      [forward]: this.#chosen + 1,
      [backward]: this.#chosen - 1,
      ArrowDown: this.#chosen + 1,
      ArrowUp: this.#chosen - 1,
      Home: 0,
      End: last,
    };
    const target = targets[key];
    return target === undefined ? undefined : Math.min(last, Math.max(0, target));
  }
}

export const choicesStyle = makeStyle(`
.choices {
  position: relative;
  display: flex;
  gap: 8px;
  flex: none;
  padding: 8px;
  overflow: auto hidden;
}
.choices::before, .choices::after { content: ''; margin: auto; }
.choices button {
  display: flex;
  flex: none;
  align-items: center;
  justify-content: center;
  min-inline-size: 56px;
  block-size: 56px;
  padding: 3px;
  border: 1px solid var(--viewer-border, #7d8998);
  border-radius: 6px;
  background: none;
  overflow: hidden;
  font-size: 12px;
}
.choices button[aria-checked="true"] { outline: 3px solid var(--viewer-focus, #0972d3); outline-offset: 1px; }
.choices :focus-visible { box-shadow: inset 0 0 0 2px var(--viewer-background, #fff); }
.choices img { block-size: 100%; min-inline-size: 24px; max-inline-size: 96px; object-fit: contain; }
@media (forced-colors: active) {
  .choices button { forced-color-adjust: none; border-color: ButtonText; }
  .choices button[aria-checked="true"] { outline-color: Highlight; }
}
`);
