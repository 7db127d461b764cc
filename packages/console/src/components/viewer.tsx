import type { MediaItem } from '@pressroom/viewers/media';
import { createElement, useEffect, useRef } from 'react';
import './components.css';

/** Loaded when one is shown first. */
const modules = {
  zoom: () => import('@pressroom/viewers/zoom'),
  spin: () => import('@pressroom/viewers/spin'),
  'image-set': () => import('@pressroom/viewers/image-set'),
  'mixed-media': () => import('@pressroom/viewers/mixed-media'),
  ecatalog: () => import('@pressroom/viewers/ecatalog'),
} as const;

export type ViewerName = keyof typeof modules;

/** A viewer as visitors have it, in the colours of the console. It is made anew only when its media are others. */
export function Viewer({ name, media }: { name: ViewerName; media: MediaItem }) {
  const element = useRef<HTMLElement & { media?: MediaItem }>(null);
  const text = JSON.stringify(media);
  useEffect(() => {
    void modules[name]();
  }, [name]);
  useEffect(() => {
    if (element.current) element.current.media = JSON.parse(text) as MediaItem;
  }, [text]);
  return createElement(`pressroom-${name}`, { key: name, ref: element, class: 'viewer' });
}
