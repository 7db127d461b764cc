import { type PointerEvent, useRef, useState } from 'react';
import { deriveTexts } from '../../texts/derive.ts';
import type { Crop } from './recipe.ts';
import './derive.css';

interface CropPickerProps {
  readonly src: string;
  /** Pixels of the image itself. */
  readonly width: number;
  readonly height: number;
  readonly crop: Crop | undefined;
  readonly onChange: (crop: Crop | undefined) => void;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Pixels below which a drag is a click, and removes the crop. */
const smallestDrag = 4;

/** The image, on which a rectangle can be drawn. The fields beside it do the same by keyboard. */
export function CropPicker({ src, width, height, crop, onChange }: CropPickerProps) {
  const box = useRef<HTMLDivElement>(null);
  const [from, setFrom] = useState<Corner>();

  function cornerAt(event: PointerEvent): Corner {
    const { left, top, width: shown, height: shownHeight } = event.currentTarget.getBoundingClientRect();
    const share = (value: number) => Math.min(1, Math.max(0, value));
    return {
      x: Math.round(share((event.clientX - left) / shown) * width),
      y: Math.round(share((event.clientY - top) / shownHeight) * height),
    };
  }

  function draw(event: PointerEvent) {
    if (!from) return;
    const to = cornerAt(event);
    const drawn = {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(to.x - from.x),
      height: Math.abs(to.y - from.y),
    };
    onChange(drawn.width < smallestDrag || drawn.height < smallestDrag ? undefined : drawn);
  }

  const percent = (value: number, of: number) => `${(value / of) * 100}%`;
  return (
    <div
      ref={box}
      className="crop-picker"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom(cornerAt(event));
      }}
      onPointerMove={draw}
      onPointerUp={(event) => {
        draw(event);
        setFrom(undefined);
      }}
    >
      <img src={src} alt={deriveTexts.original} draggable={false} />
      {crop && (
        <div
          className="crop-rectangle"
          style={{
            left: percent(crop.x, width),
            top: percent(crop.y, height),
            width: percent(crop.width, width),
            height: percent(crop.height, height),
          }}
        />
      )}
    </div>
  );
}
