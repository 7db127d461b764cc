import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import TimeInput from '@cloudscape-design/components/time-input';
import { DateInput } from '../components/date-input.tsx';
import { Time } from '../components/time.tsx';
import { dateTexts } from '../texts/dates.ts';
import { type DateName, type DatesDraft, datesProblemsOf, instantsOf } from './dates-draft.ts';
import './live-dates.css';

const texts = dateTexts.live;

interface LiveDateFieldProps {
  readonly name: DateName;
  readonly draft: DatesDraft;
  readonly onChange: (draft: DatesDraft) => void;
}

/** Date and time of one end, and below it what that is for the person and for the company. */
export function LiveDateField({ name, draft, onChange }: LiveDateFieldProps) {
  const clock = draft[name];
  const label = texts[name];
  const at = instantsOf(draft)[name];
  const set = (change: Partial<typeof clock>) => onChange({ ...draft, [name]: { ...clock, ...change } });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend.
    <div role="group" aria-label={label}>
      <div className="live-date">
        <FormField label={label} errorText={datesProblemsOf(draft)[name]}>
          <DateInput label={label} value={clock.date} onChange={(date) => set({ date })} />
        </FormField>
        <FormField label={texts.time}>
          <TimeInput
            value={clock.time}
            format="hh:mm"
            placeholder="hh:mm"
            onChange={({ detail }) => set({ time: detail.value })}
          />
        </FormField>
        <div className="remove">
          <Button
            variant="icon"
            iconName="close"
            formAction="none"
            disabled={clock.date === ''}
            ariaLabel={texts.remove(label)}
            onClick={() => set({ date: '' })}
          />
        </div>
      </div>
      <Box color="text-body-secondary" fontSize="body-s">
        {at ? <Time at={at} /> : clock.date === '' && texts.anyTime}
      </Box>
    </div>
  );
}
