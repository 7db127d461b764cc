import DatePicker from '@cloudscape-design/components/date-picker';
import { language } from '../texts/app.ts';
import { dateTexts } from '../texts/dates.ts';

interface DateInputProps {
  readonly label: string;
  /** `YYYY-MM-DD`. */
  readonly value: string;
  readonly onChange: (date: string) => void;
  /** The days that can be chosen in the calendar; all unless given. */
  readonly isEnabled?: (date: Date) => boolean;
}

/** A date that is typed, or chosen in a calendar. */
export function DateInput({ label, value, onChange, isEnabled }: DateInputProps) {
  const { calendar } = dateTexts;
  return (
    <DatePicker
      value={value}
      locale={language}
      placeholder="YYYY-MM-DD"
      openCalendarAriaLabel={() => label}
      previousMonthAriaLabel={calendar.previousMonth}
      nextMonthAriaLabel={calendar.nextMonth}
      todayAriaLabel={calendar.today}
      {...(isEnabled && { isDateEnabled: isEnabled })}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}
