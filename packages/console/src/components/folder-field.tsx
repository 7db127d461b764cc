import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { folderPickerTexts } from '../texts/folder-picker.ts';
import { FolderPicker } from './folder-picker.tsx';

interface FolderFieldProps {
  readonly label: string;
  readonly description?: string;
  /** Path of the folder. */
  readonly value: string;
  readonly onChange: (path: string) => void;
}

/** A folder in a form, which is chosen in a dialog. */
export function FolderField({ label, description, value, onChange }: FolderFieldProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <FormField label={label} description={description}>
      <Button
        iconName="folder"
        formAction="none"
        wrapText
        ariaLabel={folderPickerTexts.field(label, value)}
        onClick={() => setOpen(true)}
      >
        {value}
      </Button>
      {isOpen && (
        <FolderPicker
          path={value}
          onDismiss={() => setOpen(false)}
          onSubmit={async (path) => onChange(path)}
        />
      )}
    </FormField>
  );
}
