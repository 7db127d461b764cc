import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { cdnTexts } from '../../texts/cdn.ts';

const texts = cdnTexts.dialog;

/** What the API takes in one request. */
const maxAtOnce = 1_000;

const kinds = ['assetIds', 'urls', 'preset'] as const;
type Kind = (typeof kinds)[number];

/** Asks what to invalidate, and does it. What was typed stays if the API refuses it. */
export function InvalidateDialog({ onDismiss }: { onDismiss: () => void }) {
  const [kind, setKind] = useState<Kind>('assetIds');
  const [text, setText] = useState({ assetIds: '', urls: '' });
  const [preset, setPreset] = useState<string>();
  const [hasSubmitted, setSubmitted] = useState(false);
  const presets = useRead('settings', 'listImagePresets', undefined, { enabled: kind === 'preset' });
  const change = useChange('invalidateCdn', ['settings']);
  const { notify } = useNotifications();

  const lines =
    kind === 'preset'
      ? []
      : text[kind]
          .split(/[\n\r]+/)
          .map((line) => line.trim())
          .filter(Boolean);
  const problem = findProblem();

  function findProblem(): string | undefined {
    if (kind === 'preset') return preset ? undefined : texts.noPreset;
    if (lines.length === 0) return texts.nothing;
    return lines.length > maxAtOnce ? texts.tooMany(lines.length, maxAtOnce) : undefined;
  }

  async function submit() {
    const body = kind === 'preset' ? { preset } : { [kind]: [...new Set(lines)] };
    const { tags } = await change.mutateAsync({ body });
    notify({ type: 'success', header: cdnTexts.submitted(tags) });
  }

  const errorText = hasSubmitted ? problem : undefined;
  return (
    <FormDialog
      header={texts.header}
      button={texts.submit}
      isValid={problem === undefined}
      onTry={() => setSubmitted(true)}
      onSubmit={submit}
      onDismiss={onDismiss}
    >
      <FormField label={texts.by}>
        <RadioGroup
          value={kind}
          items={kinds.map((value) => ({ value, ...texts.kinds[value] }))}
          onChange={({ detail }) => {
            setKind(detail.value as Kind);
            setSubmitted(false);
          }}
        />
      </FormField>
      {kind === 'preset' ? (
        <FormField label={texts.preset} errorText={errorText}>
          <Select
            selectedOption={preset ? { value: preset, label: preset } : null}
            options={presets.data?.items.map(({ name }) => ({ value: name, label: name })) ?? []}
            statusType={presets.isPending ? 'loading' : presets.error ? 'error' : 'finished'}
            {...(presets.error && { errorText: describeError(presets.error) })}
            placeholder={texts.choosePreset}
            empty={texts.noPresets}
            onChange={({ detail }) => setPreset(detail.selectedOption.value)}
          />
        </FormField>
      ) : (
        <FormField label={texts[kind]} constraintText={texts.atMost(maxAtOnce)} errorText={errorText}>
          <Textarea
            value={text[kind]}
            rows={6}
            spellcheck={false}
            {...(kind === 'urls' && { placeholder: texts.urlsExample })}
            onChange={({ detail }) => setText((before) => ({ ...before, [kind]: detail.value }))}
          />
        </FormField>
      )}
      <Box color="text-body-secondary">{texts.time}</Box>
    </FormDialog>
  );
}
