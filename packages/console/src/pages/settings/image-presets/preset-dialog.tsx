import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useClient } from '../../../api/client-context.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConflictDialog } from '../../../components/conflict-dialog.tsx';
import { isConflict } from '../../../components/describe-error.ts';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { imagePresetTexts as texts } from '../../../texts/image-presets.ts';
import type { ImagePreset } from './image-preset.ts';
import { PresetPreview } from './preset-preview.tsx';

interface PresetDialogProps {
  readonly presets: readonly ImagePreset[];
  /** The one that is edited. Undefined: a new one. */
  readonly preset?: ImagePreset;
  readonly onDismiss: () => void;
}

/** Adds a preset or edits one, with a picture that follows what is typed. */
export function PresetDialog({ presets, preset, onDismiss }: PresetDialogProps) {
  const [name, setName] = useState(preset?.name ?? '');
  const [commands, setCommands] = useState(preset?.commands ?? '');
  const [hasTried, setTried] = useState(false);
  const [theirs, setTheirs] = useState<ImagePreset>();
  const client = useClient();
  const save = useChange('putImagePreset', ['settings']);
  const { notify, notifyError } = useNotifications();
  const isSameName = (other: ImagePreset) => other.name.toLowerCase() === name.trim().toLowerCase();
  const nameProblem = preset ? undefined : findNameProblem();
  const commandsProblem = commands.trim() ? undefined : texts.commandsRequired;

  function findNameProblem(): string | undefined {
    if (!/^[A-Za-z][A-Za-z0-9._-]{0,59}$/.test(name.trim())) return texts.nameProblem;
    return presets.some(isSameName) ? texts.nameTaken(name.trim()) : undefined;
  }

  /** @param version that is replaced: 0 for none. @throws ApiError and NetworkError */
  async function put(version: number) {
    await save.mutateAsync({
      params: { name: name.trim() },
      body: { commands: commands.trim().replace(/^\?/, '') },
      ifMatch: `"${version}"`,
    });
    notify({ type: 'success', header: texts.saved(name.trim()) });
  }

  async function submit() {
    try {
      await put(preset?.version ?? 0);
    } catch (error) {
      if (isConflict(error)) {
        const { items } = await client.call('listImagePresets');
        setTheirs(items.find(isSameName));
      }
      throw error;
    }
  }

  if (theirs)
    return (
      <ConflictDialog
        visible
        yours={<code className="settings-code">{commands}</code>}
        theirs={<code className="settings-code">{theirs.commands}</code>}
        onKeepYours={() => {
          put(theirs.version).then(onDismiss, (error: unknown) => {
            setTheirs(undefined);
            notifyError(texts.notSaved(theirs.name), error);
          });
        }}
        onTakeTheirs={onDismiss}
        onDismiss={() => setTheirs(undefined)}
      />
    );
  return (
    <FormDialog
      header={preset ? texts.editHeader(preset.name) : texts.addHeader}
      button={texts.save}
      isValid={!nameProblem && !commandsProblem}
      onTry={() => setTried(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      {!preset && (
        <FormField
          label={texts.name}
          constraintText={texts.nameHint}
          errorText={hasTried ? nameProblem : undefined}
        >
          <Input value={name} autoFocus spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <FormField
        label={texts.commands}
        constraintText={texts.commandsHint}
        errorText={hasTried ? commandsProblem : undefined}
      >
        <Textarea
          value={commands}
          rows={3}
          spellcheck={false}
          onChange={({ detail }) => setCommands(detail.value)}
        />
      </FormField>
      <PresetPreview commands={commands.trim().replace(/^\?/, '')} />
      {preset && texts.flush}
    </FormDialog>
  );
}
