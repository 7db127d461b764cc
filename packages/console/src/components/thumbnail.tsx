import { useEffect, useMemo, useRef, useState } from 'react';
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
  const image = useRef<HTMLImageElement>(null);
  const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading');
  const placeholder = useMemo(() => (thumbHash ? dataUrlOf(thumbHash) : undefined), [thumbHash]);
  useEffect(() => {
    const element = image.current;
    if (!element || thumbnailUrl === undefined) return;
    setState('loading');
    element.src = thumbnailUrl;
    // Without it, the browser loads the picture of an element that is gone.
    return () => element.removeAttribute('src');
  }, [thumbnailUrl]);
  return (
    <span className="thumbnail" data-state={thumbnailUrl === undefined ? 'failed' : state}>
      {placeholder && <img className="placeholder" src={placeholder} alt="" aria-hidden="true" />}
      <img
        ref={image}
        alt={alt ?? altText ?? id}
        decoding="async"
        onLoad={() => setState('loaded')}
        onError={() => setState('failed')}
      />
    </span>
  );
}

/** Undefined for a hash that cannot be drawn. */
function dataUrlOf(thumbHash: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbHash), (letter) => letter.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
