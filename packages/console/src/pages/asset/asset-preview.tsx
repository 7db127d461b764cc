import { Thumbnail } from '../../components/thumbnail.tsx';
import { Viewer } from '../../components/viewer.tsx';
import { assetTexts } from '../../texts/asset.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.preview;

/** The picture, which can be zoomed; video and sound can be played. */
export function AssetPreview({ asset }: { asset: Asset }) {
  const { id, mimeType, previewUrl, width, height, urls } = asset;
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
    return (
      <div className="asset-preview">
        <Viewer
          name="zoom"
          media={{ id, type: 'image', url: previewUrl, width, height, label: asset.altText ?? label }}
        />
      </div>
    );
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
