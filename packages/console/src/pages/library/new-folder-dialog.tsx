import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { libraryTexts } from '../../texts/library.ts';

const texts = libraryTexts.folders;

interface NewFolderDialogProps {
  readonly parent: string;
  readonly onCreated: (path: string) => void;
  readonly onDismiss: () => void;
}

/** Makes a folder in another one. */
export function NewFolderDialog({ parent, onCreated, onDismiss }: NewFolderDialogProps) {
  const create = useChange('createFolder', ['assets']);
  const { notify } = useNotifications();
  const [name, setName] = useState('');
  return (
    <FormDialog
      header={texts.createHeader(parent)}
      button={texts.createButton}
      isValid={name.trim() !== ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { path } = await create.mutateAsync({ body: { path: `${parent}${name.trim()}/` } });
        notify({ type: 'success', header: texts.created(path) });
        onCreated(path);
      }}
    >
      <FormField label={texts.name}>
        <Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </FormDialog>
  );
}
