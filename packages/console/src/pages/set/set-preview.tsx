import Slider from '@cloudscape-design/components/slider';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { MediaItem } from '@pressroom/viewers/media';
import { useState } from 'react';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { Viewer, type ViewerName } from '../../components/viewer.tsx';
import { setTexts as texts } from '../../texts/set.ts';
import type { DraftMember, SetType } from './set-draft.ts';

/** The viewers of the sets that have one. */
const viewers: Readonly<Partial<Record<SetType, ViewerName>>> = {
  'image-set': 'image-set',
  'swatch-set': 'image-set',
  'spin-set': 'spin',
  'mixed-media-set': 'mixed-media',
  ecatalog: 'ecatalog',
};

interface SetPreviewProps {
  readonly type: SetType;
  readonly members: readonly DraftMember[];
}

/** The set as it is in the builder, in the viewer that visitors will see. It shows what is not published, too. */
export function SetPreview({ type, members }: SetPreviewProps) {
  const name = viewers[type];
  const items = members.flatMap((member) => mediaOf(member, members) ?? []);
  if (!name || items.length === 0) return <MemberByMember members={members} />;
  return (
    <div className="set-preview">
      <Viewer name={name} media={{ id: type, type, items }} />
    </div>
  );
}

/** Undefined for what no viewer shows: PDF files, sets in sets, and what is in the trash. */
function mediaOf(member: DraftMember, members: readonly DraftMember[]): MediaItem | undefined {
  const { id, type, previewUrl, label, row, swatch, trashed } = member;
  if (trashed || !previewUrl || !type || !shownTypes.includes(type)) return undefined;
  return { id, type, url: previewUrl, label, row, swatch: swatch && swatchOf(swatch, members) };
}

const shownTypes = ['image', 'derived-image', 'video', 'audio'];

/** An image that is a swatch has an address here only if it is a member itself; else the member is shown in small. */
function swatchOf(swatch: NonNullable<DraftMember['swatch']>, members: readonly DraftMember[]) {
  if ('color' in swatch) return swatch;
  const url = members.find(({ id }) => id === swatch.id)?.previewUrl;
  return url === undefined ? undefined : { url };
}

/** The members one after the other, for sets without a viewer. */
function MemberByMember({ members }: { members: readonly DraftMember[] }) {
  const [position, setPosition] = useState(1);
  const shown = Math.min(position, Math.max(1, members.length));
  const member = members[shown - 1];
  if (!member) return texts.empty;
  return (
    <SpaceBetween size="s">
      <div className="set-preview">
        <Thumbnail asset={member} alt={member.label ?? member.id} />
      </div>
      <div>{texts.previewOf(shown, members.length)}</div>
      {members.length > 1 && (
        <Slider
          value={shown}
          min={1}
          max={members.length}
          ariaLabel={texts.previewPosition}
          onChange={({ detail }) => setPosition(detail.value)}
        />
      )}
    </SpaceBetween>
  );
}
