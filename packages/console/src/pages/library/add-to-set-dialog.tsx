import Autosuggest from '@cloudscape-design/components/autosuggest';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { libraryTexts } from '../../texts/library.ts';

const texts = libraryTexts.addToSet;

const setTypes = Object.keys(assetTypeTexts).filter((type) => /-set$|^ecatalog$|^template$/.test(type));

/** Adds assets at the end of a set that exists. */
export function AddToSetDialog({ ids, onDismiss }: { ids: readonly string[]; onDismiss: () => void }) {
  const client = useClient();
  const refresh = useRefresh();
  const { notify } = useNotifications();
  const [id, setId] = useState('');
  const [publish, setPublish] = useState(true);
  const words = id.trim();
  const sets = useRead(
    'assets',
    'searchAssets',
    { query: { type: setTypes.join(','), sort: 'name', limit: 20, ...(words && { q: words }) } },
    { keepPrevious: true },
  );
  return (
    <FormDialog
      header={texts.header(ids.length)}
      button={texts.button}
      isValid={words !== ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        // The ETag refuses the change if somebody else has changed the set in between.
        const { body, etag } = await client.callTagged('readSet', { params: { id: words } });
        const kept = body.members.map(({ id: member, label, swatch, row, role }) => ({
          id: member,
          ...(label !== undefined && { label }),
          ...(swatch !== undefined && { swatch }),
          ...(row !== undefined && { row }),
          ...(role !== undefined && { role }),
        }));
        const members = [...kept, ...ids.map((member) => ({ id: member }))];
        const { warnings } = await client.call('editSet', {
          params: { id: words },
          body: { members, publish },
          ifMatch: etag,
        });
        notify({
          type: warnings.length > 0 ? 'warning' : 'success',
          header: libraryTexts.done.addedToSet(ids.length, words),
          content: warnings.join(' '),
        });
        await refresh('assets');
      }}
    >
      <FormField label={texts.set}>
        <Autosuggest
          autoFocus
          value={id}
          onChange={({ detail }) => setId(detail.value)}
          placeholder={texts.placeholder}
          filteringType="manual"
          statusType={sets.isFetching ? 'loading' : sets.error ? 'error' : 'finished'}
          empty={texts.empty}
          enteredTextLabel={(text) => text}
          options={(sets.data?.items ?? []).map((set) => ({
            value: set.id,
            description: assetTypeTexts[set.type],
          }))}
        />
      </FormField>
      <Checkbox checked={publish} onChange={({ detail }) => setPublish(detail.checked)}>
        {texts.publish}
      </Checkbox>
    </FormDialog>
  );
}
