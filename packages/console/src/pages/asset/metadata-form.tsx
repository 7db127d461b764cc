import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import TokenGroup from '@cloudscape-design/components/token-group';
import { useEffect, useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { describeError, isConflict } from '../../components/describe-error.ts';
import { assetTexts } from '../../texts/asset.ts';
import { MetadataField } from './metadata-field.tsx';
import type { Asset, ReadAsset } from './read-asset.ts';

const texts = assetTexts.metadata;

type FieldValue = string | number | boolean;

interface Draft {
  readonly title: string;
  readonly description: string;
  readonly altText: string;
  readonly keywords: readonly string[];
  readonly fields: Readonly<Record<string, FieldValue>>;
}

function draftOf({ title = '', description = '', altText = '', keywords = [], fields = {} }: Asset): Draft {
  return { title, description, altText, keywords, fields };
}

/** What differs from the stored asset: nothing else is sent, so that others' changes of the rest stay. */
function changesOf(draft: Draft, stored: Draft) {
  const fields = Object.fromEntries(
    [...new Set([...Object.keys(draft.fields), ...Object.keys(stored.fields)])]
      .filter((name) => draft.fields[name] !== stored.fields[name])
      .map((name) => [name, draft.fields[name] ?? null]),
  );
  return {
    ...(draft.title !== stored.title && { title: draft.title || null }),
    ...(draft.description !== stored.description && { description: draft.description || null }),
    ...(draft.altText !== stored.altText && { altText: draft.altText || null }),
    ...(draft.keywords.join('\n') !== stored.keywords.join('\n') && { keywords: [...draft.keywords] }),
    ...(Object.keys(fields).length > 0 && { fields }),
  };
}

/** Texts, keywords and fields of an asset. */
export function MetadataForm({ read, mayChange }: { read: ReadAsset; mayChange: boolean }) {
  const client = useClient();
  const { notify } = useNotifications();
  const schema = useRead('settings', 'readMetadataSchema');
  const edit = useChange('editMetadata', ['assets']);
  const [base, setBase] = useState(read);
  const [draft, setDraft] = useState(() => draftOf(read.body));
  const [theirs, setTheirs] = useState<ReadAsset>();
  const changes = changesOf(draft, draftOf(base.body));
  const isChanged = Object.keys(changes).length > 0;

  // What others change appears, unless somebody is typing here: then it is a conflict when they save.
  useEffect(() => {
    if (isChanged || base.etag === read.etag) return;
    setBase(read);
    setDraft(draftOf(read.body));
  }, [isChanged, base.etag, read]);

  const set = (values: Partial<Draft>) => setDraft((before) => ({ ...before, ...values }));

  function take(asset: ReadAsset) {
    setBase(asset);
    setDraft(draftOf(asset.body));
    setTheirs(undefined);
    edit.reset();
  }

  async function save(ifMatch: string | undefined) {
    setTheirs(undefined);
    const params = { id: base.body.id };
    try {
      await edit.mutateAsync({ params, ifMatch, body: changes });
      notify({ type: 'success', header: texts.saved });
      take(await client.callTagged('readAsset', { params }));
    } catch (error) {
      if (isConflict(error)) setTheirs(await client.callTagged('readAsset', { params }));
    }
  }

  const textField = (name: 'title' | 'altText', hint?: string) => (
    <FormField label={texts[name]} constraintText={hint}>
      <Input
        value={draft[name]}
        readOnly={!mayChange}
        onChange={({ detail }) => set({ [name]: detail.value })}
      />
    </FormField>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void save(base.etag);
      }}
    >
      <SpaceBetween size="l">
        <div className="metadata-grid">
          {textField('title')}
          {textField('altText', texts.altTextHint)}
          <FormField label={texts.description}>
            <Textarea
              value={draft.description}
              rows={3}
              readOnly={!mayChange}
              onChange={({ detail }) => set({ description: detail.value })}
            />
          </FormField>
          <Keywords
            keywords={draft.keywords}
            mayChange={mayChange}
            onChange={(keywords) => set({ keywords })}
          />
          {(schema.data?.fields ?? []).map((field) => (
            <MetadataField
              key={field.name}
              field={field}
              value={draft.fields[field.name]}
              mayChange={mayChange}
              onChange={(value) => {
                const { [field.name]: _, ...others } = draft.fields;
                set({ fields: value === undefined ? others : { ...others, [field.name]: value } });
              }}
            />
          ))}
        </div>
        {edit.error && !isConflict(edit.error) && (
          <Alert type="error" header={texts.notSaved}>
            {describeError(edit.error)}
          </Alert>
        )}
        {mayChange && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="primary" disabled={!isChanged} loading={edit.isPending}>
              {texts.save}
            </Button>
            {isChanged && (
              <Button formAction="none" variant="link" onClick={() => take(read)}>
                {texts.discard}
              </Button>
            )}
          </SpaceBetween>
        )}
      </SpaceBetween>
      {theirs && (
        <ConflictDialog
          visible
          yours={<Summary draft={draft} />}
          theirs={<Summary draft={draftOf(theirs.body)} />}
          onKeepYours={() => void save(theirs.etag)}
          onTakeTheirs={() => take(theirs)}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </form>
  );
}

interface KeywordsProps {
  readonly keywords: readonly string[];
  readonly mayChange: boolean;
  readonly onChange: (keywords: readonly string[]) => void;
}

function Keywords({ keywords, mayChange, onChange }: KeywordsProps) {
  const [typed, setTyped] = useState('');
  function add() {
    const added = typed
      .split(',')
      .map((keyword) => keyword.trim())
      .filter(Boolean);
    if (added.length === 0) return;
    onChange([...new Set([...keywords, ...added])]);
    setTyped('');
  }
  return (
    <FormField label={texts.keywords} constraintText={mayChange && texts.keywordsHint}>
      {mayChange && (
        <Input
          value={typed}
          ariaLabel={texts.addKeyword}
          onChange={({ detail }) => setTyped(detail.value)}
          onKeyDown={(event) => {
            if (event.detail.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
          onBlur={add}
        />
      )}
      <TokenGroup
        readOnly={!mayChange}
        items={keywords.map((label) => ({ label, dismissLabel: texts.removeKeyword(label) }))}
        onDismiss={({ detail }) => onChange(keywords.filter((_, index) => index !== detail.itemIndex))}
      />
    </FormField>
  );
}

function Summary({ draft }: { draft: Draft }) {
  const rows = [
    [texts.title, draft.title],
    [texts.altText, draft.altText],
    [texts.description, draft.description],
    [texts.keywords, draft.keywords.join(', ')],
    ...Object.entries(draft.fields).map(([name, value]) => [name, String(value)] as const),
  ] as const;
  return (
    <dl>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>
            <b>{label}</b>
          </dt>
          <dd>{value || texts.none}</dd>
        </div>
      ))}
    </dl>
  );
}
