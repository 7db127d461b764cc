/** `<pressroom-video>`: a video, a sound, or an adaptive video set, with a poster and captions. */
import { withCommands } from './image-address.ts';
import { isSet, type MediaItem } from './media.ts';
import { type Captions, VideoPane, videoStyle } from './video-pane.ts';
import { type Pane, ViewerElement } from './viewer-element.ts';

/** Pixels. */
const posterWidth = 1_152;

export class VideoElement extends ViewerElement {
  static override readonly observedAttributes = [...ViewerElement.observedAttributes, 'poster', 'captions'];
  #player: HTMLMediaElement | undefined;

  protected override styles(): readonly CSSStyleSheet[] {
    return [videoStyle()];
  }

  /** The element of the browser that plays. */
  get player(): HTMLMediaElement | undefined {
    return this.#player;
  }

  protected override build(media: MediaItem, pane: Pane): void {
    if (!isSet(media) && media.type !== 'video' && media.type !== 'audio')
      throw new Error(`${media.id} is no video`);
    const poster = this.setting('poster');
    const captions = this.setting('captions');
    this.#player = new VideoPane(pane, media, {
      poster:
        typeof poster === 'string'
          ? withCommands(this.serverUrl + pathOf(poster), { wid: posterWidth, fmt: 'auto' })
          : undefined,
      captions: typeof captions === 'string' ? this.#readCaptions(captions) : [],
    }).player;
  }

  /** @param list `en=luma/film-en, de=luma/film-de` */
  #readCaptions(list: string): Captions[] {
    return list.split(',').flatMap((entry) => {
      const [language = '', asset = ''] = entry.split('=').map((part) => part.trim());
      if (language === '' || asset === '') return [];
      return [{ language, url: new URL(`../../e2/${pathOf(asset)}`, this.serverUrl).href }];
    });
  }
}

function pathOf(asset: string): string {
  return asset.split('/').map(encodeURIComponent).join('/');
}

if (!customElements.get('pressroom-video')) customElements.define('pressroom-video', VideoElement);
