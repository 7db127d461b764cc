import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationResponse } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { settingsTexts } from '../../../texts/settings.ts';
import { SaveBar } from '../save-bar.tsx';
import { ConfirmActiveOff } from './confirm-active-off.tsx';

const texts = settingsTexts.publishing;

type Settings = OperationResponse<'readSettings'>;
type Edit = Partial<Omit<Settings, 'servers' | 'withdrawn'>>;

/** IANA names of time zones, as the browser knows them. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'))];

const itemsOf = <Value extends string>(
  labels: Readonly<Record<Value, { readonly label: string; readonly description: string }>>,
) =>
  (Object.keys(labels) as Value[]).map((value) => ({
    value,
    label: labels[value].label,
    description: labels[value].description,
  }));

/** Sends only what was changed, so that a change of somebody else at the same time stays. */
export function PublishingForm({ settings }: { settings: Settings }) {
  const [edit, setEdit] = useState<Edit>({});
  const [live, setLive] = useState<readonly string[]>();
  const save = useChange('editSettings', ['settings', 'assets']);
  const { notify } = useNotifications();
  const shown = { ...settings, ...edit };
  const isChanged = Object.keys(edit).length > 0;
  const change = (values: Edit) =>
    setEdit((before) => {
      const after = { ...before, ...values };
      const changed = Object.entries(after).filter(
        ([name, value]) => settings[name as keyof Settings] !== value,
      );
      return Object.fromEntries(changed);
    });

  /** @throws ApiError and NetworkError */
  async function send(confirm?: string) {
    const { withdrawn = [] } = await save.mutateAsync({ body: { ...edit, ...(confirm && { confirm }) } });
    setEdit({});
    notify({
      type: 'success',
      header: settingsTexts.saved,
      content: withdrawn.length > 0 && texts.activeOff.withdrawn(withdrawn.length),
    });
  }

  async function submit() {
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'settings.not-confirmed') return;
      save.reset();
      setLive(
        error.errors.filter(({ field }) => field === 'allowActiveContent').map(({ message }) => message),
      );
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !save.isPending) void submit();
      }}
    >
      <SpaceBetween size="l">
        <FormField label={texts.timeZone} constraintText={texts.timeZoneHint}>
          <Select
            selectedOption={{ value: shown.timeZone, label: shown.timeZone }}
            options={[...new Set([shown.timeZone, ...zones])].map((value) => ({ value, label: value }))}
            filteringType="auto"
            onChange={({ detail }) => change({ timeZone: detail.selectedOption.value ?? shown.timeZone })}
          />
        </FormField>
        <FormField label={texts.publishOnUpload}>
          <RadioGroup
            value={shown.publishOnUpload}
            items={itemsOf(texts.publishOnUploadChoices)}
            onChange={({ detail }) =>
              change({ publishOnUpload: detail.value as Settings['publishOnUpload'] })
            }
          />
        </FormField>
        <FormField label={texts.overwrite}>
          <RadioGroup
            value={shown.overwriteMode}
            items={itemsOf(texts.overwriteModes)}
            onChange={({ detail }) => change({ overwriteMode: detail.value as Settings['overwriteMode'] })}
          />
        </FormField>
        <FormField label={texts.retain}>
          <Checkbox
            checked={shown.retainPublishState}
            description={texts.retainHint}
            onChange={({ detail }) => change({ retainPublishState: detail.checked })}
          >
            {texts.retainLabel}
          </Checkbox>
        </FormField>
        <FormField label={texts.active}>
          <Checkbox
            checked={shown.allowActiveContent}
            description={texts.activeHint}
            onChange={({ detail }) => change({ allowActiveContent: detail.checked })}
          >
            {texts.activeLabel}
          </Checkbox>
        </FormField>
        <FormField label={texts.autoQuality}>
          <Checkbox
            checked={shown.autoQuality}
            description={texts.autoQualityHint}
            onChange={({ detail }) => change({ autoQuality: detail.checked })}
          >
            {texts.autoQualityLabel}
          </Checkbox>
        </FormField>
        <SaveBar
          isChanged={isChanged}
          isSaving={save.isPending && !live}
          error={live ? undefined : save.error}
          onDiscard={() => {
            setEdit({});
            save.reset();
          }}
        />
      </SpaceBetween>
      {live && (
        <ConfirmActiveOff
          live={live}
          onConfirm={() => send('allowActiveContent')}
          onDismiss={() => {
            setLive(undefined);
            save.reset();
          }}
        />
      )}
    </form>
  );
}
