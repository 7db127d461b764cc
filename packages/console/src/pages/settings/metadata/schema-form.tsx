import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useClient } from '../../../api/client-context.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { ConflictDialog } from '../../../components/conflict-dialog.tsx';
import { isConflict } from '../../../components/describe-error.ts';
import { metadataFieldsTexts as texts } from '../../../texts/metadata-fields.ts';
import { SaveBar } from '../save-bar.tsx';
import { FieldDialog } from './field-dialog.tsx';
import type { MetadataField, ReadSchema } from './field-draft.ts';
import { type FieldAction, FieldTable } from './field-table.tsx';

interface SchemaFormProps {
  readonly read: ReadSchema;
  /** Puts the current version into the form. */
  readonly onReload: () => void;
}

/** The fields in their order. Nothing is sent before it is saved, so that all changes are one. */
export function SchemaForm({ read: { body: schema, etag }, onReload }: SchemaFormProps) {
  const client = useClient();
  const { notify } = useNotifications();
  const write = useChange('writeMetadataSchema', ['settings', 'assets']);
  const [fields, setFields] = useState<readonly MetadataField[]>(schema.fields);
  const [freeFields, setFreeFields] = useState(schema.freeFields);
  /** The field that is edited by its index; `fields.length` for a new one. */
  const [edited, setEdited] = useState<number>();
  const [theirs, setTheirs] = useState<ReadSchema>();
  const [error, setError] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const isChanged =
    freeFields !== schema.freeFields || JSON.stringify(fields) !== JSON.stringify(schema.fields);
  const removed = schema.fields
    .filter(({ name }) => !fields.some((field) => field.name === name))
    .map(({ label }) => label);

  function act(action: FieldAction, index: number) {
    if (action === 'edit') setEdited(index);
    if (action === 'remove') setFields(fields.toSpliced(index, 1));
    if (action === 'up' || action === 'down') {
      const field = fields[index];
      if (field)
        setFields(fields.toSpliced(index, 1).toSpliced(index + (action === 'up' ? -1 : 1), 0, field));
    }
  }

  /** @param ifMatch the version that is replaced */
  async function save(ifMatch: string | undefined) {
    setSaving(true);
    setError(undefined);
    try {
      await write.mutateAsync({ body: { fields: [...fields], freeFields }, ifMatch });
      notify({ type: 'success', header: texts.saved });
      onReload();
    } catch (caught) {
      if (isConflict(caught)) await showTheirs();
      else setError(caught);
    } finally {
      setSaving(false);
    }
  }

  async function showTheirs() {
    write.reset();
    try {
      setTheirs(await client.callTagged('readMetadataSchema'));
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged && !isSaving) void save(etag);
        }}
      >
        <SpaceBetween size="l">
          <FieldTable fields={fields} onAdd={() => setEdited(fields.length)} onAction={act} />
          <Checkbox checked={freeFields} onChange={({ detail }) => setFreeFields(detail.checked)}>
            {texts.freeLabel}
          </Checkbox>
          {removed.length > 0 && <Alert type="info">{texts.removed(removed)}</Alert>}
          <SaveBar
            isChanged={isChanged}
            isSaving={isSaving}
            error={error}
            onDiscard={() => {
              setFields(schema.fields);
              setFreeFields(schema.freeFields);
              setError(undefined);
            }}
          />
        </SpaceBetween>
      </form>
      {/* Not within the form: an event of a dialog's form would reach it. */}
      {edited !== undefined && (
        <FieldDialog
          field={fields[edited]}
          taken={fields.filter((_, index) => index !== edited).map(({ name }) => name)}
          onDone={(field) => setFields(fields.toSpliced(edited, 1, field))}
          onDismiss={() => setEdited(undefined)}
        />
      )}
      {theirs && (
        <ConflictDialog
          visible
          yours={<Labels fields={fields} />}
          theirs={<Labels fields={theirs.body.fields} />}
          onKeepYours={() => {
            setTheirs(undefined);
            void save(theirs.etag);
          }}
          onTakeTheirs={onReload}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </>
  );
}

function Labels({ fields }: { fields: readonly MetadataField[] }) {
  return (
    <ul className="settings-list">
      {fields.map(({ name, label, type }) => (
        <li key={name}>
          <b>{label}</b> ({texts.types[type]})
        </li>
      ))}
    </ul>
  );
}
