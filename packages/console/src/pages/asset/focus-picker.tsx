import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { assetTexts } from '../../texts/asset.ts';
import { withCommands } from './asset-preview.tsx';
import type { ReadAsset } from './read-asset.ts';

const texts = assetTexts.focus;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The shapes that pictures are cropped to on pages, in stories and in lists. */
const crops = [
  { name: '1:1', ratio: 1 },
  { name: '16:9', ratio: 16 / 9 },
  { name: '9:16', ratio: 9 / 16 },
] as const;

/** Pixels of the picture that the point is chosen in. */
const pickerPixels = 800;

const between0And1 = (value: number): number => Math.min(1, Math.max(0, value));

/** How far `object-position` must move a picture that covers a box, so that the point is as near to its middle as can be. */
function positionOf(share: number, visible: number): number {
  return visible >= 1 ? 50 : between0And1((share - visible / 2) / (1 - visible)) * 100;
}

/** Chooses the point of an image that crops keep, with three crops beside it. */
export function FocusPicker({ read: { body: asset, etag } }: { read: ReadAsset }) {
  const stored: Point | undefined = asset.focus && { x: asset.focus.x, y: asset.focus.y };
  const [point, setPoint] = useState<Point | undefined>(stored);
  const { notify } = useNotifications();
  const change = useChange('setFocus', ['assets']);
  const { previewUrl = '', width = 1, height = 1 } = asset;
  const src = withCommands(previewUrl, { wid: Math.min(width, pickerPixels), fmt: 'auto' });
  const isChanged = point?.x !== stored?.x || point?.y !== stored?.y;

  function pick(event: MouseEvent<HTMLElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    setPoint({
      x: between0And1((event.clientX - box.left) / box.width),
      y: between0And1((event.clientY - box.top) / box.height),
    });
  }

  function move(event: KeyboardEvent) {
    const step = event.shiftKey ? 0.1 : 0.01;
    const moves: Readonly<Record<string, Point>> = {
      ArrowLeft: { x: -step, y: 0 },
      ArrowRight: { x: step, y: 0 },
      ArrowUp: { x: 0, y: -step },
      ArrowDown: { x: 0, y: step },
    };
    const by = moves[event.key];
    if (!by) return;
    event.preventDefault();
    const from = point ?? { x: 0.5, y: 0.5 };
    setPoint({ x: between0And1(from.x + by.x), y: between0And1(from.y + by.y) });
  }

  async function save() {
    try {
      await change.mutateAsync({ params: { id: asset.id }, ifMatch: etag, body: { focus: point ?? null } });
      notify({ type: 'success', header: texts.saved });
    } catch {
      // It is shown below.
    }
  }

  const { x, y } = point ?? { x: 0.5, y: 0.5 };
  const pictureRatio = width / height;
  return (
    <SpaceBetween size="m">
      <Box color="text-body-secondary">{texts.description}</Box>
      <div className="focus-picker">
        <div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard. */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above. */}
          <div className="focus-image" onClick={pick}>
            <img src={src} alt="" />
            <button
              type="button"
              className="focus-point"
              style={{ left: `${x * 100}%`, top: `${y * 100}%`, opacity: point ? 1 : 0.4 }}
              aria-label={texts.label}
              onKeyDown={move}
              onClick={(event) => event.stopPropagation()}
            />
          </div>
          <div aria-live="polite">
            {point ? texts.at(point.x, point.y) : texts.none}
            {asset.focus?.proposed && !isChanged && ` · ${texts.proposed}`}
          </div>
        </div>
        <section className="focus-crops" aria-label={texts.crops}>
          {crops.map(({ name, ratio }) => (
            <figure key={name}>
              <div className="crop" style={{ aspectRatio: ratio }}>
                <img
                  src={src}
                  alt={texts.crop(name)}
                  style={{
                    objectPosition: `${positionOf(x, ratio / pictureRatio)}% ${positionOf(y, pictureRatio / ratio)}%`,
                  }}
                />
              </div>
              <figcaption>{name}</figcaption>
            </figure>
          ))}
        </section>
      </div>
      {change.error && (
        <Alert type="error" header={texts.notSaved}>
          {describeError(change.error)}
        </Alert>
      )}
      <SpaceBetween size="xs" direction="horizontal">
        <Button
          variant="primary"
          disabled={!isChanged}
          loading={change.isPending}
          onClick={() => void save()}
        >
          {texts.save}
        </Button>
        <Button disabled={!point} onClick={() => setPoint(undefined)}>
          {texts.reset}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  );
}
