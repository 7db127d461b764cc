import { create } from './create-element.ts';
import { makeStyle } from './make-style.ts';
import { itemsOf, type MediaItem } from './media.ts';
import type { Pane } from './viewer-element.ts';

export interface VideoOptions {
  /** Address of an image. */
  readonly poster?: string | undefined;
  readonly captions?: readonly Captions[] | undefined;
}

export interface Captions {
  /** Language, as `en` or `pt-BR`. */
  readonly language: string;
  /** Address of a WebVTT file. */
  readonly url: string;
}

/** A video or sound with the controls of the browser. */
export class VideoPane {
  readonly player: HTMLMediaElement;

  /** @param media a video, a sound, or an adaptive video set */
  constructor({ body, signal, emit }: Pane, media: MediaItem, { poster, captions = [] }: VideoOptions = {}) {
    const isSound = media.type === 'audio';
    const player = create(isSound ? 'audio' : 'video', {
      class: isSound ? 'sound' : 'video',
      part: 'player',
      controls: true,
      playsinline: !isSound,
      preload: poster === undefined ? 'metadata' : 'none',
      crossorigin: captions.length > 0 ? 'anonymous' : undefined,
      'aria-label': media.label ?? media.id,
    });
    if (poster !== undefined && player instanceof HTMLVideoElement) player.poster = poster;
    const names = new Intl.DisplayNames(navigator.languages, { type: 'language' });
    for (const [index, { language, url }] of captions.entries()) {
      const track = create('track', {
        kind: 'captions',
        srclang: language,
        label: names.of(language) ?? language,
      });
      track.default = index === 0;
      track.src = url;
      player.append(track);
    }
    body.append(player);
    this.player = player;
    const report = (name: string) => emit(name, { time: player.currentTime, duration: player.duration });
    for (const name of ['play', 'pause', 'ended'])
      player.addEventListener(name, () => report(name), { signal });
    player.addEventListener('error', () => emit('error', { message: player.error?.message ?? '' }), {
      signal,
    });
    player.src = addressFor(media, body.clientWidth);
    signal.addEventListener(
      'abort',
      () => {
        player.pause();
        player.removeAttribute('src');
        player.load();
      },
      { once: true },
    );
  }
}

/** Of several renditions the smallest that fills the viewer, else the largest. */
function addressFor(media: MediaItem, cssWidth: number): string {
  const widthOf = ({ width }: MediaItem) => width ?? 0;
  const renditions = itemsOf(media)
    .filter(({ url }) => url !== undefined)
    .toSorted((one, other) => widthOf(one) - widthOf(other));
  const chosen = renditions.find((one) => widthOf(one) >= cssWidth * devicePixelRatio) ?? renditions.at(-1);
  return chosen?.url ?? '';
}

export const videoStyle = makeStyle(`
.video { inline-size: 100%; flex: 1; min-block-size: 0; background: #000; }
.sound { inline-size: calc(100% - 32px); margin: auto; }
`);
