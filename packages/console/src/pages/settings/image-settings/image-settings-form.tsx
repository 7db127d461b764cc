import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useClient } from '../../../api/client-context.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { ConflictDialog } from '../../../components/conflict-dialog.tsx';
import { isConflict } from '../../../components/describe-error.ts';
import { imageSettingsTexts as texts } from '../../../texts/image-settings.ts';
import { settingsTexts } from '../../../texts/settings.ts';
import { SaveBar } from '../save-bar.tsx';
import { FieldInput } from './field-input.tsx';
import {
  type Draft,
  draftOf,
  editOf,
  fields,
  groups,
  problemOf,
  type ReadImageSettings,
} from './image-settings-fields.ts';

interface ImageSettingsFormProps {
  readonly read: ReadImageSettings;
  /** Puts the current version into the form. */
  readonly onReload: () => void;
}

export function ImageSettingsForm({ read: { body, etag }, onReload }: ImageSettingsFormProps) {
  const client = useClient();
  const { notify } = useNotifications();
  const save = useChange('putImageSettings', ['settings']);
  const [stored] = useState(() => draftOf(body));
  const [draft, setDraft] = useState<Draft>(stored);
  const [hasTried, setTried] = useState(false);
  /** The version that is replaced, while the form asks before. */
  const [replaced, setReplaced] = useState<string>();
  const [theirs, setTheirs] = useState<ReadImageSettings>();
  const isChanged = fields.some(({ id }) => draft[id] !== stored[id]);
  const isValid = !fields.some((field) => problemOf(field, draft[field.id]));
  const theirDraft = theirs && draftOf(theirs.body);
  const differing = fields.filter(({ id }) => theirDraft && theirDraft[id] !== draft[id]);

  /** @throws ApiError and NetworkError */
  async function send() {
    try {
      await save.mutateAsync({ body: editOf(draft), ifMatch: replaced });
    } catch (error) {
      if (!isConflict(error)) throw error;
      save.reset();
      setTheirs(await client.callTagged('readImageSettings'));
      return;
    }
    notify({ type: 'success', header: texts.saved });
    onReload();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isChanged && isValid) setReplaced(etag);
      }}
    >
      <SpaceBetween size="l">
        {groups.map((group) => (
          <fieldset key={group.id} className="settings-group">
            <legend>
              <b>{texts.groups[group.id]}</b>
              <Box variant="span" color="text-body-secondary" margin={{ left: 'xs' }}>
                {texts.groupHints[group.id]}
              </Box>
            </legend>
            <div className="settings-fields">
              {group.fields.map((field) => (
                <FieldInput
                  key={field.id}
                  field={field}
                  value={draft[field.id]}
                  problem={hasTried ? problemOf(field, draft[field.id]) : undefined}
                  onChange={(value) => setDraft((before) => ({ ...before, [field.id]: value }))}
                />
              ))}
            </div>
          </fieldset>
        ))}
        <SaveBar
          isChanged={isChanged}
          isSaving={false}
          error={undefined}
          onDiscard={() => {
            setDraft(stored);
            setTried(false);
          }}
        />
      </SpaceBetween>
      {replaced !== undefined && !theirs && (
        <ConfirmDelete
          visible
          header={texts.confirmHeader}
          confirm={settingsTexts.save}
          onConfirm={send}
          onDismiss={() => setReplaced(undefined)}
        >
          {texts.flush}
        </ConfirmDelete>
      )}
      {theirs && theirDraft && (
        <ConflictDialog
          visible
          yours={<Values ids={differing.map(({ id }) => id)} draft={draft} />}
          theirs={<Values ids={differing.map(({ id }) => id)} draft={theirDraft} />}
          onKeepYours={() => {
            setReplaced(theirs.etag);
            setTheirs(undefined);
          }}
          onTakeTheirs={onReload}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </form>
  );
}

/** The fields in which two versions differ. */
function Values({ ids, draft }: { ids: readonly (keyof Draft)[]; draft: Draft }) {
  return (
    <ul className="settings-list">
      {ids.map((id) => (
        <li key={id}>
          {texts.fields[id]}: <b>{draft[id] || '–'}</b>
        </li>
      ))}
    </ul>
  );
}
