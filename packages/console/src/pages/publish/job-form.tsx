import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { publishTexts } from '../../texts/publish.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { type DraftProblems, type JobDraft, type JobScope, ruleOf } from './job-draft.ts';
import { LaterFields, RecurringFields } from './rule-fields.tsx';
import { RulePreview } from './rule-preview.tsx';

const texts = publishTexts;

interface JobFormProps {
  readonly draft: JobDraft;
  readonly change: (values: Partial<JobDraft>) => void;
  /** Shown once somebody has tried to go on. */
  readonly problems: DraftProblems;
  /** The selection that the page was opened with. */
  readonly given?: JobScope | undefined;
  readonly notificationHost?: string | undefined;
  /** A schedule that is edited: it cannot start now. */
  readonly isScheduled?: boolean;
  /** A schedule of uploads: it has other options than a publish job, which stay as they are. */
  readonly isUpload?: boolean;
}

function describeGiven(given: JobScope): string {
  if ('assets' in given) return texts.scope.assets(given.assets.length);
  if ('query' in given) return texts.scope.query(given.count);
  return given.folder;
}

/** Everything that a publish job is asked for: when, name, what, and the Advanced part. */
export function JobForm(props: JobFormProps) {
  const { draft, change, problems, notificationHost, isScheduled = false, isUpload = false } = props;
  const rule = ruleOf(draft);
  const hasRuleProblem = problems.date || problems.time || problems.weekdays || problems.custom;
  const isComplete = rule && (rule.repeat !== 'once' || draft.date !== '');
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{texts.when.header}</Header>}>
        <SpaceBetween size="m">
          <Tiles
            value={draft.when === 'recurring' ? 'recurring' : 'once'}
            columns={2}
            ariaLabel={texts.when.header}
            items={[
              { value: 'once', label: texts.when.once, description: texts.when.onceDescription },
              {
                value: 'recurring',
                label: texts.when.recurring,
                description: texts.when.recurringDescription,
              },
            ]}
            onChange={({ detail }) =>
              change({ when: detail.value === 'recurring' ? 'recurring' : isScheduled ? 'later' : 'now' })
            }
          />
          {draft.when !== 'recurring' && !isScheduled && (
            <FormField label={texts.when.start}>
              <RadioGroup
                value={draft.when}
                items={[
                  { value: 'now', label: texts.when.now },
                  { value: 'later', label: texts.when.later },
                ]}
                onChange={({ detail }) => change({ when: detail.value === 'later' ? 'later' : 'now' })}
              />
            </FormField>
          )}
          {draft.when === 'later' && <LaterFields draft={draft} problems={problems} change={change} />}
          {draft.when === 'recurring' && (
            <RecurringFields draft={draft} problems={problems} change={change} />
          )}
          {rule && isComplete && !hasRuleProblem && <RulePreview rule={rule} timeZone={draft.timeZone} />}
        </SpaceBetween>
      </Container>
      <Container>
        <SpaceBetween size="m">
          <FormField label={texts.name} constraintText={texts.nameHint}>
            <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
          </FormField>
          {!isUpload && <ScopeFields {...props} />}
        </SpaceBetween>
      </Container>
      {!isUpload && <AdvancedFields draft={draft} notificationHost={notificationHost} change={change} />}
    </SpaceBetween>
  );
}

/** What the job publishes. */
function ScopeFields({ draft, change, problems, given }: JobFormProps) {
  return (
    <>
      <FormField label={texts.scope.label}>
        <RadioGroup
          value={draft.scope}
          items={[
            ...(given ? [{ value: 'given', label: describeGiven(given) }] : []),
            { value: 'library', label: texts.scope.library },
            { value: 'folder', label: texts.scope.folder },
          ]}
          onChange={({ detail }) => change({ scope: detail.value as JobDraft['scope'] })}
        />
      </FormField>
      {draft.scope === 'given' && draft.when !== 'now' && <Alert type="warning">{texts.scope.onlyNow}</Alert>}
      {draft.scope === 'folder' && (
        <>
          <FormField label={texts.scope.folderPath} errorText={problems.folder && texts.scope.needsFolder}>
            <Input
              value={draft.folder}
              spellcheck={false}
              onChange={({ detail }) => change({ folder: detail.value })}
            />
          </FormField>
          <Checkbox checked={draft.below} onChange={({ detail }) => change({ below: detail.checked })}>
            {texts.scope.below}
          </Checkbox>
        </>
      )}
    </>
  );
}
