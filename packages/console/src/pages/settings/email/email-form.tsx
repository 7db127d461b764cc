import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationResponse } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useChange } from '../../../api/use-change.ts';
import { useNotifications } from '../../../app/notifications.tsx';
import { emailPreferencesTexts as texts } from '../../../texts/email-preferences.ts';
import { SaveBar } from '../save-bar.tsx';

type Preferences = OperationResponse<'readEmailPreferences'>;
type Type = Preferences['types'][number];

const types = Object.keys(texts.typeLabels) as Type[];

/** They belong to one person: nobody else changes them. */
export function EmailForm({ preferences }: { preferences: Preferences }) {
  const [edit, setEdit] = useState<Partial<Preferences>>({});
  const save = useChange('writeEmailPreferences', ['settings']);
  const { notify } = useNotifications();
  const { completion, scope, types: chosen, email, available } = { ...preferences, ...edit };
  const change = (values: Partial<Preferences>) => setEdit((before) => ({ ...before, ...values }));
  const isValid = chosen.length > 0;
  const isChanged =
    completion !== preferences.completion ||
    scope !== preferences.scope ||
    types.some((type) => chosen.includes(type) !== preferences.types.includes(type));

  async function submit() {
    if (!isChanged || !isValid || save.isPending) return;
    try {
      await save.mutateAsync({ body: { completion, scope, types: [...chosen] } });
      setEdit({});
      notify({ type: 'success', header: texts.saved });
    } catch {
      // The form shows it.
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <SpaceBetween size="l">
        {!available && <Alert type="info">{texts.unavailable}</Alert>}
        <Box color="text-body-secondary">{email ? texts.address(email) : texts.noAddress}</Box>
        <FormField label={texts.completion}>
          <RadioGroup
            value={completion}
            items={[...texts.completions]}
            onChange={({ detail }) => change({ completion: detail.value as Preferences['completion'] })}
          />
        </FormField>
        {completion !== 'off' && (
          <>
            <FormField label={texts.scope}>
              <RadioGroup
                value={scope}
                items={[...texts.scopes]}
                onChange={({ detail }) => change({ scope: detail.value as Preferences['scope'] })}
              />
            </FormField>
            <FormField label={texts.types} errorText={!isValid && texts.noType}>
              {types.map((type) => (
                <Checkbox
                  key={type}
                  checked={chosen.includes(type)}
                  onChange={({ detail }) =>
                    change({
                      types: types.filter((one) => (one === type ? detail.checked : chosen.includes(one))),
                    })
                  }
                >
                  {texts.typeLabels[type]}
                </Checkbox>
              ))}
            </FormField>
          </>
        )}
        <SaveBar
          isChanged={isChanged}
          isSaving={save.isPending}
          error={save.error}
          onDiscard={() => {
            setEdit({});
            save.reset();
          }}
        />
      </SpaceBetween>
    </form>
  );
}
