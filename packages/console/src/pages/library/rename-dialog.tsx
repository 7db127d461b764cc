import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { libraryTexts } from '../../texts/library.ts';

const texts = libraryTexts.rename;

/** Gives an asset another id. */
export function RenameDialog({ id, onDismiss }: { id: string; onDismiss: () => void }) {
  const rename = useChange('renameAsset', ['assets']);
  const { notify } = useNotifications();
  const [to, setTo] = useState(id);
  const [redirect, setRedirect] = useState(false);
  return (
    <FormDialog
      header={texts.header(id)}
      button={texts.button}
      isValid={to.trim() !== '' && to.trim() !== id}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { asset, warnings } = await rename.mutateAsync({
          params: { id },
          body: { to: to.trim(), redirect },
        });
        notify({
          type: warnings.length > 0 ? 'warning' : 'success',
          header: libraryTexts.done.renamed(asset.id),
          content: warnings.join(' '),
        });
      }}
    >
      <FormField
        label={texts.to}
        description={texts.description}
        errorText={to.trim() === '' ? libraryTexts.required : undefined}
      >
        <Input autoFocus spellcheck={false} value={to} onChange={({ detail }) => setTo(detail.value)} />
      </FormField>
      <Checkbox checked={redirect} onChange={({ detail }) => setRedirect(detail.checked)}>
        {texts.redirect}
      </Checkbox>
    </FormDialog>
  );
}
