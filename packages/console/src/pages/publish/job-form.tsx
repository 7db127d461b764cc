import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { FolderField } from '../../components/folder-field.tsx';
import { publishTexts } from '../../texts/publish.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import type { DraftProblems, JobDraft, JobScope } from './job-draft.ts';
import { WhenFields } from './when-fields.tsx';

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
}

function describeGiven(given: JobScope): string {
  if ('assets' in given) return texts.scope.assets(given.assets.length);
  if ('query' in given) return texts.scope.query(given.count);
  return given.folder;
}

/** Everything that a publish job is asked for: when, name, what, and the Advanced part. */
export function JobForm(props: JobFormProps) {
  const { draft, change, problems, notificationHost, isScheduled = false } = props;
  return (
    <SpaceBetween size="l">
      <WhenFields draft={draft} change={change} problems={problems} isScheduled={isScheduled} />
      <Container>
        <SpaceBetween size="m">
          <FormField label={texts.name} constraintText={texts.nameHint}>
            <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
          </FormField>
          <ScopeFields {...props} />
        </SpaceBetween>
      </Container>
      <AdvancedFields draft={draft} notificationHost={notificationHost} change={change} />
    </SpaceBetween>
  );
}

/** What the job publishes. */
function ScopeFields({ draft, change, given }: JobFormProps) {
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
          <FolderField
            label={texts.scope.folderPath}
            value={draft.folder}
            onChange={(folder) => change({ folder })}
          />
          <Checkbox checked={draft.below} onChange={({ detail }) => change({ below: detail.checked })}>
            {texts.scope.below}
          </Checkbox>
        </>
      )}
    </>
  );
}
