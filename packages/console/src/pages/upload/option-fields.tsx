import Autosuggest from '@cloudscape-design/components/autosuggest';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useQuery } from '@tanstack/react-query';
import { callOperation } from '../../api/call-operation.ts';
import { useClient, useCompanyName } from '../../api/client-context.tsx';
import { queryKeyOf, useRead } from '../../api/use-read.ts';
import { uploadTexts } from '../../texts/upload.ts';
import { folderOf, type UploadForm } from './upload-options.ts';

const texts = uploadTexts.options;

interface FieldProps {
  readonly form: UploadForm;
  readonly onChange: (change: Partial<UploadForm>) => void;
}

/** The folder of the files: one that exists, or a new one. */
export function FolderField({ form: { folder }, onChange }: FieldProps) {
  const folders = useNearFolders(folder);
  return (
    <FormField label={texts.folder} description={texts.folderDescription}>
      <Autosuggest
        value={folder}
        options={folders.map((value) => ({ value }))}
        onChange={({ detail }) => onChange({ folder: detail.value })}
        onBlur={() => onChange({ folder: folderOf(folder) })}
        enteredTextLabel={(value) => texts.newFolder(folderOf(value))}
        ariaLabel={texts.folder}
      />
    </FormField>
  );
}

/** The folders beside and below the one that somebody types, as far as it exists. */
function useNearFolders(typed: string): readonly string[] {
  const client = useClient();
  const company = useCompanyName();
  const names = typed.split('/').slice(0, -1).filter(Boolean);
  const { data } = useQuery({
    queryKey: queryKeyOf(company, 'assets', 'listFolders', { near: names }),
    queryFn: async ({ signal }) => {
      const below = async (parent: string) => {
        const query = { parent, limit: 1_000 };
        const { items } = await callOperation(client, 'listFolders', { query, signal });
        return items.map(({ path }) => path);
      };
      let parent = '/';
      const found = ['/', ...(await below(parent))];
      // A folder is asked only if it exists: others are an error.
      for (const name of names) {
        parent += `${name}/`;
        if (!found.includes(parent)) break;
        found.push(...(await below(parent)));
      }
      return found;
    },
    placeholderData: (before) => before,
  });
  return data ?? ['/'];
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
