import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useRead } from '../../api/use-read.ts';
import { FolderField } from '../../components/folder-field.tsx';
import { uploadTexts } from '../../texts/upload.ts';
import { folderOf, type UploadForm } from './upload-options.ts';

const texts = uploadTexts.options;

interface FieldProps {
  readonly form: UploadForm;
  readonly onChange: (change: Partial<UploadForm>) => void;
}

/** The folder that the files go to. */
export function FolderOption({ form: { folder }, onChange }: FieldProps) {
  return (
    <FolderField
      label={texts.folder}
      value={folderOf(folder)}
      onChange={(chosen) => onChange({ folder: chosen })}
    />
  );
}

/** On the page and in the dialog: ticked unless somebody unticks it. */
export function PublishField({ form: { publish }, onChange }: FieldProps) {
  const { data } = useRead('settings', 'readSettings');
  return (
    <Checkbox
      checked={publish}
      description={data?.publishOnUpload === 'mark' ? texts.publishMarked : texts.publishDescription}
      onChange={({ detail }) => onChange({ publish: detail.checked })}
    >
      {texts.publish}
    </Checkbox>
  );
}

/** Its label says what the company's overwrite mode does. */
export function OverwriteField({ form: { overwrite }, onChange }: FieldProps) {
  const { data } = useRead('settings', 'readSettings');
  return (
    <Checkbox
      checked={overwrite}
      description={texts.overwriteDescription}
      onChange={({ detail }) => onChange({ overwrite: detail.checked })}
    >
      {texts.overwrite[data?.overwriteMode ?? 'any-folder-any-extension']}
    </Checkbox>
  );
}

export function NameField({ form: { name }, onChange }: FieldProps) {
  return (
    <FormField label={texts.name} description={texts.nameDescription}>
      <Input
        value={name}
        placeholder={texts.namePlaceholder}
        onChange={({ detail }) => onChange({ name: detail.value.slice(0, 200) })}
      />
    </FormField>
  );
}

/** ZIP and TAR archives: their files, or the archives themselves. */
export function UnpackField({ form: { unpack }, onChange }: FieldProps) {
  return (
    <Checkbox
      checked={unpack}
      description={texts.unpackDescription}
      onChange={({ detail }) => onChange({ unpack: detail.checked })}
    >
      {texts.unpack}
    </Checkbox>
  );
}
