import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { describeError, isConflict } from '../../components/describe-error.ts';
import { assetTexts } from '../../texts/asset.ts';
import type { Asset, ReadAsset } from './read-asset.ts';

const texts = assetTexts.modifiers;

interface Draft {
  readonly modifier: string;
  readonly postModifier: string;
}

const draftOf = ({ modifier = '', postModifier = '' }: Asset): Draft => ({ modifier, postModifier });

/** Image commands that an image has in each of its addresses. */
export function ModifiersForm({ read, mayChange }: { read: ReadAsset; mayChange: boolean }) {
  const client = useClient();
  const { notify } = useNotifications();
  const change = useChange('setModifiers', ['assets']);
  const [base, setBase] = useState(read);
  const [draft, setDraft] = useState(() => draftOf(read.body));
  const [theirs, setTheirs] = useState<ReadAsset>();
  const stored = draftOf(base.body);
  const isChanged = draft.modifier !== stored.modifier || draft.postModifier !== stored.postModifier;

  // What others change appears, unless somebody is typing here: then it is a conflict when they save.
  useEffect(() => {
    if (isChanged || base.etag === read.etag) return;
    setBase(read);
    setDraft(draftOf(read.body));
  }, [isChanged, base.etag, read]);

  function take(asset: ReadAsset) {
    setBase(asset);
    setDraft(draftOf(asset.body));
    setTheirs(undefined);
    change.reset();
  }

  async function save(ifMatch: string | undefined) {
    setTheirs(undefined);
    const params = { id: base.body.id };
    const body = {
      modifier: draft.modifier.trim() || null,
      postModifier: draft.postModifier.trim() || null,
    };
    try {
      const { warnings } = await change.mutateAsync({ params, ifMatch, body });
      notify({
        type: warnings.length > 0 ? 'warning' : 'success',
        header: texts.saved,
        content: warnings.join(' '),
      });
      take(await client.callTagged('readAsset', { params }));
    } catch (error) {
      if (isConflict(error)) setTheirs(await client.callTagged('readAsset', { params }));
    }
  }

  const field = (name: keyof Draft) => (
    <FormField stretch label={texts[name]} description={texts.hints[name]}>
      <Textarea
        value={draft[name]}
        rows={2}
        spellcheck={false}
        readOnly={!mayChange}
        onChange={({ detail }) => setDraft((before) => ({ ...before, [name]: detail.value }))}
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
        <Header variant="h3" description={texts.description}>
          {texts.header}
        </Header>
        {field('modifier')}
        {field('postModifier')}
        {change.error && !isConflict(change.error) && (
          <Alert type="error" header={texts.notSaved}>
            {describeError(change.error)}
          </Alert>
        )}
        {mayChange && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="primary" disabled={!isChanged} loading={change.isPending}>
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

function Summary({ draft }: { draft: Draft }) {
  return (
    <dl>
      {(['modifier', 'postModifier'] as const).map((name) => (
        <div key={name}>
          <dt>
            <b>{texts[name]}</b>
          </dt>
          <dd>
            <code>{draft[name] || texts.none}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
