import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import Toggle from '@cloudscape-design/components/toggle';
import ToggleButton from '@cloudscape-design/components/toggle-button';
import { memo } from 'react';
import { libraryTexts } from '../../texts/library.ts';
import { type LibraryAddress, sorts, usualOrder, type View } from './library-query.ts';

const texts = libraryTexts;

const views: readonly { readonly id: View; readonly icon: 'grid-view' | 'list-view' }[] = [
  { id: 'grid', icon: 'grid-view' },
  { id: 'list', icon: 'list-view' },
];

interface LibraryToolsProps {
  readonly address: LibraryAddress;
  readonly onChange: (change: Partial<LibraryAddress>) => void;
}

/** Folders below, order and view. Not drawn again while assets are being loaded. */
export const LibraryTools = memo(function LibraryTools({ address, onChange }: LibraryToolsProps) {
  return (
    <div className="library-tools">
      <Toggle checked={address.below} onChange={({ detail }) => onChange({ below: detail.checked })}>
        {texts.below}
      </Toggle>
      <span className="library-sort">
        <Select
          ariaLabel={texts.sort.label}
          expandToViewport
          selectedOption={{ value: address.sort, label: texts.sort[address.sort] }}
          options={sorts.map((sort) => ({ value: sort, label: texts.sort[sort] }))}
          onChange={({ detail }) => {
            const sort = sorts.find((one) => one === detail.selectedOption.value) ?? 'name';
            onChange({ sort, order: usualOrder(sort) });
          }}
        />
        <Button
          variant="icon"
          iconName={address.order === 'asc' ? 'caret-up-filled' : 'caret-down-filled'}
          ariaLabel={address.order === 'asc' ? texts.sort.ascending : texts.sort.descending}
          onClick={() => onChange({ order: address.order === 'asc' ? 'desc' : 'asc' })}
        />
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend. */}
      <span role="group" aria-label={texts.views.label}>
        {views.map(({ id, icon }) => (
          <ToggleButton
            key={id}
            iconName={icon}
            pressed={address.view === id}
            onChange={() => onChange({ view: id })}
          >
            {texts.views[id]}
          </ToggleButton>
        ))}
      </span>
    </div>
  );
});
