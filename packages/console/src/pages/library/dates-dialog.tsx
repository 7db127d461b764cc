import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { LiveDateField } from '../../live-dates/date-fields.tsx';
import {
  type DateName,
  datesDraftOf,
  datesProblemsOf,
  instantsOf,
  inZone,
} from '../../live-dates/dates-draft.ts';
import { useCompany } from '../../session/company.tsx';
import { dateTexts } from '../../texts/dates.ts';
import { countOf, type Target } from './use-changing.tsx';
import { useDatesOfMany } from './use-dates-of-many.ts';

const texts = dateTexts.live;

const names: readonly DateName[] = ['liveFrom', 'liveUntil'];
const choices = ['keep', 'set', 'remove'] as const;
type Choice = (typeof choices)[number];

interface DatesDialogProps {
  readonly target: Target;
  readonly onDismiss: () => void;
}

/** Sets or removes the dates of what is selected. */
export function DatesDialog({ target, onDismiss }: DatesDialogProps) {
  const { timeZone } = useCompany();
  const setDates = useDatesOfMany();
  const [chosen, setChosen] = useState<Readonly<Record<DateName, Choice>>>({
    liveFrom: 'keep',
    liveUntil: 'keep',
  });
  const [draft, setDraft] = useState(() => datesDraftOf({}, timeZone));
  const instants = instantsOf(draft);
  const problems = datesProblemsOf(draft);
  const isSet = (name: DateName) => chosen[name] === 'set';
  const isValid =
    names.some((name) => chosen[name] !== 'keep') &&
    names.every((name) => !isSet(name) || (instants[name] && !problems[name]));
  return (
    <FormDialog
      header={texts.many.header(countOf(target))}
      button={texts.many.button(countOf(target))}
      isValid={isValid}
      onDismiss={onDismiss}
      onSubmit={() =>
        setDates(
          target,
          Object.fromEntries(
            names
              .filter((name) => chosen[name] !== 'keep')
              .map((name) => [name, isSet(name) ? (instants[name] ?? '') : '']),
          ),
        )
      }
    >
      {texts.description}
      {names.map((name) => (
        <SpaceBetween key={name} size="xs">
          <FormField label={texts.many.choiceOf(texts[name])}>
            <RadioGroup
              value={chosen[name]}
              direction="horizontal"
              items={choices.map((value) => ({ value, label: texts.many.choices[value] }))}
              onChange={({ detail }) => setChosen({ ...chosen, [name]: detail.value as Choice })}
            />
          </FormField>
          {isSet(name) && <LiveDateField name={name} draft={draft} onChange={setDraft} />}
        </SpaceBetween>
      ))}
      {names.some(isSet) && (
        <ZoneField timeZone={draft.timeZone} onChange={(zone) => setDraft(inZone(draft, zone))} />
      )}
    </FormDialog>
  );
}
