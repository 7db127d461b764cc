import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationItem } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { QueryError } from '../../components/query-error.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { setTexts as texts } from '../../texts/set.ts';
import { type DraftMember, placeOf } from './set-draft.ts';

const toMember = ({ id, type, published, thumbnailUrl, previewUrl }: OperationItem<'searchAssets'>) =>
  placeOf({ id, type, published, thumbnailUrl, previewUrl } as DraftMember);

/** Finds assets and adds them to the end of the set. */
export function AddMembers({ onAdd }: { onAdd: (member: DraftMember) => void }) {
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim());
  const found = useRead(
    'assets',
    'searchAssets',
    { query: { limit: 24, ...(q && { q }) } },
    { keepPrevious: true },
  );
  return (
    <SpaceBetween size="m">
      <FormField label={texts.add} constraintText={texts.addHint}>
        <Input type="search" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
      </FormField>
      {found.error && <QueryError query={found} />}
      {found.data?.items.length === 0 && texts.noResult}
      <ul className="set-found">
        {found.data?.items.map((asset) => (
          <li key={asset.id}>
            <span className="picture">
              <Thumbnail asset={asset} alt="" />
            </span>
            <div className="member-id">{asset.id}</div>
            <Button variant="inline-link" formAction="none" onClick={() => onAdd(toMember(asset))}>
              {texts.addOne(asset.id)}
            </Button>
          </li>
        ))}
      </ul>
    </SpaceBetween>
  );
}
