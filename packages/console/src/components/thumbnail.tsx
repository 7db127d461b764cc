import { useEffect, useMemo, useRef } from 'react';
import { thumbHashToDataURL } from 'thumbhash';

interface ThumbnailProps {
  readonly asset: {
    readonly id: string;
    readonly thumbnailUrl?: string | undefined;
    readonly thumbHash?: string | undefined;
    readonly altText?: string | undefined;
  };
  /** Empty where a text beside it names the asset. */
  readonly alt?: string;
}

/**
 * The picture of an asset, in the size of what is around it. Its ThumbHash is there at once, so that nothing moves when the
 * picture arrives. A picture that scrolls out of sight before that is not loaded to its end.
 */
export function Thumbnail({ asset: { id, thumbnailUrl, thumbHash, altText }, alt }: ThumbnailProps) {
  const frame = useRef<HTMLSpanElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const placeholder = useMemo(() => (thumbHash ? dataUrlOf(thumbHash) : undefined), [thumbHash]);
  useEffect(() => {
    const element = image.current;
    if (!element || thumbnailUrl === undefined) return;
    setState(frame.current, 'loading');
    element.src = thumbnailUrl;
    // Without it, the browser loads the picture of an element that is gone.
    return () => element.removeAttribute('src');
  }, [thumbnailUrl]);
  return (
    <span ref={frame} className="thumbnail" data-state={thumbnailUrl === undefined ? 'failed' : 'loading'}>
      {placeholder && <img className="placeholder" src={placeholder} alt="" aria-hidden="true" />}
      <img
        ref={image}
        alt={alt ?? altText ?? id}
        decoding="async"
        onLoad={() => setState(frame.current, 'loaded')}
        onError={() => setState(frame.current, 'failed')}
      />
    </span>
  );
}

/** Set in the document, not drawn again: hundreds of pictures arrive while somebody scrolls. */
function setState(frame: HTMLSpanElement | null, state: 'loading' | 'loaded' | 'failed'): void {
  if (frame) frame.dataset.state = state;
}

/** Undefined for a hash that cannot be drawn. */
function dataUrlOf(thumbHash: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbHash), (letter) => letter.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
