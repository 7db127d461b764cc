import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { publishTexts } from '../../texts/publish.ts';
import { type DraftProblems, type JobDraft, ruleOf } from './job-draft.ts';
import { LaterFields, RecurringFields } from './rule-fields.tsx';
import { RulePreview } from './rule-preview.tsx';

const texts = publishTexts.when;

interface WhenFieldsProps {
  readonly draft: JobDraft;
  readonly change: (values: Partial<JobDraft>) => void;
  readonly problems: DraftProblems;
  /** A schedule that is edited: it cannot start now. */
  readonly isScheduled?: boolean;
  /** It starts uploads, not publish jobs. */
  readonly isUpload?: boolean;
}

/** When a job starts: now, later, or by a rule that is explained while it is typed. */
export function WhenFields(props: WhenFieldsProps) {
  const { draft, change, problems, isScheduled = false, isUpload = false } = props;
  const rule = ruleOf(draft);
  const hasRuleProblem = problems.date || problems.time || problems.weekdays || problems.custom;
  const isComplete = rule && (rule.repeat !== 'once' || draft.date !== '');
  const descriptions = isUpload ? texts.uploadDescriptions : texts.descriptions;
  return (
    <Container header={<Header variant="h2">{texts.header}</Header>}>
      <SpaceBetween size="m">
        <Tiles
          value={draft.when === 'recurring' ? 'recurring' : 'once'}
          columns={2}
          ariaLabel={texts.header}
          items={[
            { value: 'once', label: texts.once, description: descriptions.once },
            { value: 'recurring', label: texts.recurring, description: descriptions.recurring },
          ]}
          onChange={({ detail }) =>
            change({ when: detail.value === 'recurring' ? 'recurring' : isScheduled ? 'later' : 'now' })
          }
        />
        {draft.when !== 'recurring' && !isScheduled && (
          <FormField label={texts.start}>
            <RadioGroup
              value={draft.when}
              items={[
                { value: 'now', label: texts.now },
                { value: 'later', label: texts.later },
              ]}
              onChange={({ detail }) => change({ when: detail.value === 'later' ? 'later' : 'now' })}
            />
          </FormField>
        )}
        {draft.when === 'later' && <LaterFields draft={draft} problems={problems} change={change} />}
        {draft.when === 'recurring' && <RecurringFields draft={draft} problems={problems} change={change} />}
        {rule && isComplete && !hasRuleProblem && <RulePreview rule={rule} timeZone={draft.timeZone} />}
      </SpaceBetween>
    </Container>
  );
}
