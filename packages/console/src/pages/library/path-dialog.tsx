import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.tsx';
import { libraryTexts } from '../../texts/library.ts';

interface PathDialogProps {
  readonly header: string;
  readonly label: string;
  readonly description: string;
  readonly button: string;
  readonly path: string;
  readonly onSubmit: (path: string) => Promise<unknown>;
  readonly onDismiss: () => void;
}

/** Asks for the path of a folder. */
export function PathDialog(props: PathDialogProps) {
  const [path, setPath] = useState(props.path);
  const isPath = /^\/(.+\/)?$/.test(path);
  return (
    <FormDialog
      header={props.header}
      button={props.button}
      isValid={isPath}
      onDismiss={props.onDismiss}
      onSubmit={() => props.onSubmit(path)}
    >
      <FormField
        label={props.label}
        description={props.description}
        errorText={isPath ? undefined : libraryTexts.pathRequired}
      >
        <Input autoFocus spellcheck={false} value={path} onChange={({ detail }) => setPath(detail.value)} />
      </FormField>
    </FormDialog>
  );
}
