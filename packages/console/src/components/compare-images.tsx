import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type CSSProperties, useState } from 'react';
import { compareTexts } from '../texts/compare.ts';
import './compare-images.css';

interface CompareImagesProps {
  readonly before: { readonly url: string; readonly label: string };
  readonly after: { readonly url: string; readonly label: string };
}

const modes = ['side', 'swipe', 'difference'] as const;
type Mode = (typeof modes)[number];

/** Two versions of a picture: side by side, one behind a border that can be moved, or what differs between them. */
export function CompareImages({ before, after }: CompareImagesProps) {
  const [mode, setMode] = useState<Mode>('side');
  const [position, setPosition] = useState(50);
  return (
    <SpaceBetween size="s">
      <SegmentedControl
        label={compareTexts.mode}
        selectedId={mode}
        options={modes.map((id) => ({ id, text: compareTexts.modes[id] }))}
        onChange={({ detail }) => setMode(detail.selectedId as Mode)}
      />
      {mode === 'side' ? (
        <div className="compare-side">
          {[before, after].map(({ url, label }) => (
            <figure key={label}>
              <img src={url} alt={label} />
              <figcaption>{label}</figcaption>
            </figure>
          ))}
        </div>
      ) : (
        <div className={`compare-stack ${mode}`} style={{ '--position': `${position}%` } as CSSProperties}>
          <img src={before.url} alt={before.label} />
          <img src={after.url} alt={after.label} />
        </div>
      )}
      {mode === 'swipe' && (
        <label className="compare-position">
          <span>{before.label}</span>
          <input
            type="range"
            min={0}
            max={100}
            value={position}
            aria-label={compareTexts.position}
            onChange={(event) => setPosition(event.currentTarget.valueAsNumber)}
          />
          <span>{after.label}</span>
        </label>
      )}
    </SpaceBetween>
  );
}
