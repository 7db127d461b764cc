import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { assetTexts } from '../../texts/asset.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.preview;

/** Percent of the picture's own size, between which the buttons step. */
const steps = [25, 50, 100, 200, 400] as const;

/** Pixels of the preview that fits the page; the original size is loaded when somebody zooms. */
const fitPixels = 1_200;

/** The picture, which can be zoomed; video and sound can be played. */
export function AssetPreview({ asset }: { asset: Asset }) {
  const { id, mimeType, previewUrl, width, urls } = asset;
  const label = texts.label(id);
  if (previewUrl && mimeType.startsWith('video/'))
    return (
      <div className="asset-preview">
        {/* biome-ignore lint/a11y/useMediaCaption: captions are assets of their own, which this file does not name. */}
        <video src={previewUrl} controls preload="metadata" aria-label={label} />
      </div>
    );
  if (previewUrl && mimeType.startsWith('audio/'))
    return (
      <div className="asset-preview">
        {/* biome-ignore lint/a11y/useMediaCaption: as for video. */}
        <audio src={previewUrl} controls preload="metadata" aria-label={label} />
      </div>
    );
  if (previewUrl && width && urls.image)
    return <ZoomableImage asset={asset} url={previewUrl} width={width} />;
  if (!asset.thumbnailUrl) return texts.none;
  return (
    <div className="asset-preview">
      <Thumbnail asset={asset} alt={label} />
    </div>
  );
}

/** Adds image commands to a signed address. */
export function withCommands(url: string, commands: Readonly<Record<string, string | number>>): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(commands)) address.searchParams.set(name, String(value));
  return address.href;
}

function ZoomableImage({ asset, url, width }: { asset: Asset; url: string; width: number }) {
  const [percent, setPercent] = useState<number>();
  const alt = asset.altText ?? texts.label(asset.id);
  const shown = percent === undefined ? fitPixels : Math.min(width, Math.round((width * percent) / 100));
  const src = withCommands(url, { wid: Math.min(width, shown), fmt: 'auto', qlt: 85 });
  const now = percent ?? 0;
  const larger = steps.find((step) => step > now);
  const smaller = steps.findLast((step) => step < now);
  return (
    <SpaceBetween size="xs">
      {/* The keyboard scrolls what is zoomed. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must take the focus. */}
      <section className="asset-preview" tabIndex={0} aria-label={texts.label(asset.id)}>
        {percent === undefined ? (
          <img className="fit checkered" src={src} alt={alt} />
        ) : (
          <img className="checkered" src={src} alt={alt} width={Math.round((width * percent) / 100)} />
        )}
      </section>
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        <Button
          iconName="zoom-out"
          variant="icon"
          ariaLabel={texts.zoomOut}
          disabled={percent === undefined}
          onClick={() => setPercent(smaller)}
        />
        <Button
          iconName="zoom-in"
          variant="icon"
          ariaLabel={texts.zoomIn}
          disabled={larger === undefined}
          onClick={() => setPercent(larger)}
        />
        <Button disabled={percent === undefined} onClick={() => setPercent(undefined)}>
          {texts.fit}
        </Button>
        <span aria-live="polite">{percent !== undefined && texts.percent(percent)}</span>
      </SpaceBetween>
    </SpaceBetween>
  );
}
