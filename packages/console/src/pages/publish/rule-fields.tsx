import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TimeInput from '@cloudscape-design/components/time-input';
import { DateInput } from '../../components/date-input.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { publishTexts } from '../../texts/publish.ts';
import { ruleTexts as texts } from '../../texts/schedule-rule.ts';
import { type DraftProblems, type JobDraft, type Repeat, type Weekday, weekdays } from './job-draft.ts';
import './publish.css';

interface RuleFieldsProps {
  readonly draft: JobDraft;
  readonly problems: DraftProblems;
  readonly change: (values: Partial<JobDraft>) => void;
}

const repeats: readonly Repeat[] = ['daily', 'weekly', 'monthly', 'custom'];
const weeks = ['1', '2', '3', '4', '5', 'last'] as const;
const days = [...Array.from({ length: 31 }, (_, index) => String(index + 1)), 'last'];

const weekdayOption = (value: Weekday) => ({ value, label: texts.weekdayNames[value] });
const dayOption = (value: string) => ({ value, label: value === 'last' ? texts.lastDay : value });
const weekOption = (value: string) => ({ value, label: texts.weeks[value as (typeof weeks)[number]] });

function TimeField({ draft, problems, change }: RuleFieldsProps) {
  return (
    <FormField
      label={texts.time}
      constraintText={texts.timeHint}
      errorText={problems.time && texts[problems.time]}
    >
      <TimeInput
        value={draft.time}
        format="hh:mm"
        placeholder="hh:mm"
        onChange={({ detail }) => change({ time: detail.value })}
      />
    </FormField>
  );
}

/** Date, time and zone of a job that starts once, later. */
export function LaterFields(props: RuleFieldsProps) {
  const { draft, problems, change } = props;
  return (
    <div className="fields">
      <FormField label={publishTexts.when.date} errorText={problems.date && texts[problems.date]}>
        <DateInput
          label={publishTexts.when.date}
          value={draft.date}
          isEnabled={(date) => date.getTime() > Date.now() - 86_400_000}
          onChange={(date) => change({ date })}
        />
      </FormField>
      <TimeField {...props} />
      <ZoneField timeZone={draft.timeZone} onChange={(timeZone) => change({ timeZone })} />
    </div>
  );
}

/** Daily, weekly, monthly, or a rule in words of its own. */
export function RecurringFields(props: RuleFieldsProps) {
  const { draft, problems, change } = props;
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label={texts.repeat}
        selectedId={draft.repeat}
        options={repeats.map((id) => ({ id, text: texts.repeats[id] }))}
        onChange={({ detail }) => change({ repeat: detail.selectedId as Repeat })}
      />
      {draft.repeat === 'custom' && (
        <FormField
          label={texts.custom}
          constraintText={texts.customHint}
          errorText={problems.custom && texts[problems.custom]}
        >
          <Input
            value={draft.custom}
            spellcheck={false}
            onChange={({ detail }) => change({ custom: detail.value })}
          />
        </FormField>
      )}
      {draft.repeat === 'monthly' && <MonthlyFields {...props} />}
      <div className="fields">
        {draft.repeat === 'weekly' && (
          <FormField label={texts.weekdays} errorText={problems.weekdays && texts[problems.weekdays]}>
            <Multiselect
              selectedOptions={draft.weekdays.map(weekdayOption)}
              options={weekdays.map(weekdayOption)}
              onChange={({ detail }) => {
                const chosen = detail.selectedOptions.map(({ value }) => value);
                change({ weekdays: weekdays.filter((weekday) => chosen.includes(weekday)) });
              }}
            />
          </FormField>
        )}
        {draft.repeat !== 'custom' && <TimeField {...props} />}
        <ZoneField timeZone={draft.timeZone} onChange={(timeZone) => change({ timeZone })} />
      </div>
      {draft.repeat === 'daily' && (
        <Checkbox
          checked={draft.weekdaysOnly}
          onChange={({ detail }) => change({ weekdaysOnly: detail.checked })}
        >
          {texts.weekdaysOnly}
        </Checkbox>
      )}
    </SpaceBetween>
  );
}

function MonthlyFields({ draft, change }: RuleFieldsProps) {
  return (
    <SpaceBetween size="m">
      <FormField label={texts.on}>
        <RadioGroup
          value={draft.monthlyOn}
          items={[
            { value: 'day', label: texts.onDay },
            { value: 'weekday', label: texts.onWeekday },
          ]}
          onChange={({ detail }) => change({ monthlyOn: detail.value === 'day' ? 'day' : 'weekday' })}
        />
      </FormField>
      <div className="fields">
        {draft.monthlyOn === 'day' ? (
          <FormField label={texts.day}>
            <Select
              selectedOption={dayOption(draft.day)}
              options={days.map(dayOption)}
              onChange={({ detail }) => change({ day: detail.selectedOption.value ?? draft.day })}
            />
          </FormField>
        ) : (
          <>
            <FormField label={texts.week}>
              <Select
                selectedOption={weekOption(draft.week)}
                options={weeks.map(weekOption)}
                onChange={({ detail }) => change({ week: detail.selectedOption.value ?? draft.week })}
              />
            </FormField>
            <FormField label={texts.weekday}>
              <Select
                selectedOption={weekdayOption(draft.weekday)}
                options={weekdays.map(weekdayOption)}
                onChange={({ detail }) => change({ weekday: detail.selectedOption.value as Weekday })}
              />
            </FormField>
          </>
        )}
      </div>
    </SpaceBetween>
  );
}
