import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import TreeView from '@cloudscape-design/components/tree-view';
import { type Dispatch, useState } from 'react';
import { useChange } from '../api/use-change.ts';
import { folderPickerTexts as texts } from '../texts/folder-picker.ts';
import { describeError } from './describe-error.ts';
import './folder-picker.css';
import { FormDialog } from './form-dialog.tsx';
import { Skeleton } from './skeleton.tsx';
import { type Folder, useFolders } from './use-folders.ts';
import { useFoundFolders } from './use-found-folders.ts';
import { useSettled } from './use-settled.ts';

const root: Folder = { path: '/', name: texts.root };

interface FolderPickerProps {
  readonly header?: string;
  /** What the folder is for. */
  readonly description?: string;
  /** The text of the button for a folder. */
  readonly button?: (path: string) => string;
  /** The folder that is chosen at first. */
  readonly path: string;
  /** The dialog stays open, with the error, if it throws. */
  readonly onSubmit: (path: string) => Promise<unknown>;
  readonly onDismiss: () => void;
}

/** A dialog that chooses a folder: in the tree, by a part of its name, or a new one. */
export function FolderPicker(props: FolderPickerProps) {
  const { header = texts.header, description, button = texts.choose, onSubmit, onDismiss } = props;
  const [path, setPath] = useState(props.path);
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim());
  return (
    <FormDialog
      header={header}
      button={button(path)}
      isValid
      onDismiss={onDismiss}
      onSubmit={() => onSubmit(path)}
    >
      {description && <Box color="text-body-secondary">{description}</Box>}
      <Input
        type="search"
        autoFocus
        ariaLabel={texts.search}
        placeholder={texts.search}
        value={typed}
        onChange={({ detail }) => setTyped(detail.value)}
        onKeyDown={(event) => {
          // Enter would choose the folder that is marked, which the words have nothing to do with.
          if (event.detail.key === 'Enter') event.preventDefault();
        }}
      />
      <div className="folder-area">
        {words ? (
          <FoundFolders words={words} path={path} onChoose={setPath} />
        ) : (
          <Tree path={path} onChoose={setPath} />
        )}
      </div>
      <NewFolder
        key={path}
        parent={path}
        onCreated={(created) => {
          setPath(created);
          setTyped('');
        }}
      />
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly path: string;
  readonly onChoose: Dispatch<string>;
}

function Choice({ folder, text, path, onChoose }: ChoiceProps & { folder: string; text: string }) {
  return (
    <button
      type="button"
      className="folder-choice"
      aria-pressed={folder === path}
      onClick={() => onChoose(folder)}
    >
      {text}
    </button>
  );
}

function Tree({ path: chosen, onChoose }: ChoiceProps) {
  const { expanded, setExpanded, below, error } = useFolders(chosen);
  if (error)
    return (
      <Alert type="error" header={texts.notRead}>
        {describeError(error)}
      </Alert>
    );
  return (
    <TreeView
      ariaLabel={texts.tree}
      items={[root]}
      getItemId={({ path }) => path}
      getItemChildren={({ path }) => below(path)}
      expandedItems={expanded}
      onItemToggle={({ detail }) => setExpanded(detail.item.path, detail.expanded)}
      renderItem={({ path, name }) => ({
        announcementLabel: name,
        content: <Choice folder={path} text={name} path={chosen} onChoose={onChoose} />,
      })}
      i18nStrings={{
        expandButtonLabel: ({ name }) => texts.open(false, name),
        collapseButtonLabel: ({ name }) => texts.open(true, name),
      }}
    />
  );
}

function FoundFolders({ words, path, onChoose }: ChoiceProps & { words: string }) {
  const { data, error } = useFoundFolders(words);
  if (error)
    return (
      <Alert type="error" header={texts.notRead}>
        {describeError(error)}
      </Alert>
    );
  if (!data) return <Skeleton rows={4} />;
  return (
    <div role="status">
      {data.paths.length === 0 && texts.noneFound(words)}
      <ul className="folder-choices" aria-label={texts.found}>
        {data.paths.map((folder) => (
          <li key={folder}>
            <Choice folder={folder} text={folder} path={path} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {!data.isComplete && <Box color="text-body-secondary">{texts.notAll}</Box>}
    </div>
  );
}

function NewFolder({ parent, onCreated }: { parent: string; onCreated: (path: string) => void }) {
  const [name, setName] = useState('');
  const create = useChange('createFolder', ['assets']);
  const isWrong = name.includes('/');
  const submit = () => {
    if (name.trim() === '' || isWrong || create.isPending) return;
    create.mutate(
      { body: { path: `${parent}${name.trim()}/` } },
      { onSuccess: ({ path }) => onCreated(path) },
    );
  };
  return (
    <FormField
      label={texts.newFolder(parent)}
      errorText={isWrong ? texts.slash : create.error ? describeError(create.error) : undefined}
    >
      <div className="new-folder">
        <Input
          value={name}
          onChange={({ detail }) => setName(detail.value)}
          onKeyDown={(event) => {
            if (event.detail.key !== 'Enter') return;
            event.preventDefault();
            submit();
          }}
        />
        <Button
          formAction="none"
          disabled={name.trim() === '' || isWrong}
          loading={create.isPending}
          onClick={submit}
        >
          {texts.create}
        </Button>
      </div>
    </FormField>
  );
}
