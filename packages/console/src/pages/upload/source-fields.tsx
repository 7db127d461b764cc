import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Tiles from '@cloudscape-design/components/tiles';
import { type ReactNode, useState } from 'react';
import { elsewhereTexts } from '../../texts/elsewhere.ts';
import { publishTexts } from '../../texts/publish.ts';
import { uploadTexts } from '../../texts/upload.ts';
import { EmailField, NotificationFields } from '../publish/advanced-fields.tsx';
import type { JobDraft, PublishKind } from '../publish/job-draft.ts';
import { JobOptionsDialog } from './job-options-dialog.tsx';
import { FolderOption, NameField, OverwriteField, PublishField, UnpackField } from './option-fields.tsx';
import { readLines, type SourceDraft, type sourceProblemsOf } from './source-draft.ts';

const texts = elsewhereTexts;

interface SourceFieldsProps {
  readonly source: SourceDraft;
  readonly changeSource: (values: Partial<SourceDraft>) => void;
  /** When the upload starts and who is notified. */
  readonly job: JobDraft;
  readonly changeJob: (values: Partial<JobDraft>) => void;
  /** Shown once somebody has tried to go on. */
  readonly problems: ReturnType<typeof sourceProblemsOf>;
  readonly notificationHost?: string | undefined;
  /** The fields of the time, between the options and what happens at the end. */
  readonly when: ReactNode;
}

/** Everything that an upload from elsewhere is asked for. */
export function SourceFields(props: SourceFieldsProps) {
  const { source, changeSource, job, changeJob, notificationHost, when } = props;
  const [isDialogOpen, setDialogOpen] = useState(false);
  const fields = { form: source, onChange: changeSource };
  return (
    <SpaceBetween size="l">
      <WhereFrom {...props} />
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button formAction="none" onClick={() => setDialogOpen(true)}>
                {uploadTexts.options.open}
              </Button>
            }
          >
            {texts.options}
          </Header>
        }
      >
        <ColumnLayout columns={2}>
          <FolderOption {...fields} />
          <NameField {...fields} />
          <PublishField {...fields} />
          <OverwriteField {...fields} />
          <UnpackField {...fields} />
        </ColumnLayout>
      </Container>
      {when}
      <ExpandableSection
        variant="container"
        headerText={texts.end.header}
        headerDescription={texts.end.description}
      >
        <SpaceBetween size="l">
          <FollowFields source={source} changeSource={changeSource} />
          <NotificationFields draft={job} notificationHost={notificationHost} change={changeJob} />
          <EmailField draft={job} change={changeJob} />
        </SpaceBetween>
      </ExpandableSection>
      {isDialogOpen && <JobOptionsDialog {...fields} onClose={() => setDialogOpen(false)} />}
    </SpaceBetween>
  );
}

function WhereFrom({ source, changeSource, job, problems }: SourceFieldsProps) {
  const { kinds, ...labels } = texts.source;
  const count = readLines(source.lines).length;
  return (
    <Container header={<Header variant="h2">{labels.header}</Header>}>
      <SpaceBetween size="m">
        <Tiles
          value={source.source}
          columns={2}
          ariaLabel={kinds.label}
          items={[
            { value: 'bucket', label: kinds.bucket, description: kinds.bucketDescription },
            { value: 'urls', label: kinds.urls, description: kinds.urlsDescription },
          ]}
          onChange={({ detail }) => changeSource({ source: detail.value as SourceDraft['source'] })}
        />
        {source.source === 'bucket' ? (
          <ColumnLayout columns={2}>
            <FormField label={labels.bucket} constraintText={labels.bucketHint} errorText={problems.bucket}>
              <Input
                value={source.bucket}
                spellcheck={false}
                onChange={({ detail }) => changeSource({ bucket: detail.value })}
              />
            </FormField>
            <FormField label={labels.prefix} constraintText={labels.prefixHint}>
              <Input
                value={source.prefix}
                spellcheck={false}
                onChange={({ detail }) => changeSource({ prefix: detail.value })}
              />
            </FormField>
            <Checkbox
              checked={source.includeSubfolders}
              description={labels.includeSubfoldersHint}
              onChange={({ detail }) => changeSource({ includeSubfolders: detail.checked })}
            >
              {labels.includeSubfolders}
            </Checkbox>
          </ColumnLayout>
        ) : (
          <FormField
            stretch
            label={labels.lines}
            description={labels.linesHint}
            constraintText={count > 0 && labels.count(count)}
            errorText={problems.lines}
          >
            <Textarea
              value={source.lines}
              rows={6}
              spellcheck={false}
              placeholder="https://"
              onChange={({ detail }) => changeSource({ lines: detail.value })}
            />
            {source.lines.includes('?…') && (
              <Box color="text-body-secondary" fontSize="body-s">
                {labels.keptQuery}
              </Box>
            )}
          </FormField>
        )}
        <Checkbox
          checked={source.changedOnly ?? job.when !== 'now'}
          description={labels.changedOnlyHint}
          onChange={({ detail }) => changeSource({ changedOnly: detail.checked })}
        >
          {labels.changedOnly}
        </Checkbox>
      </SpaceBetween>
    </Container>
  );
}

function FollowFields({ source, changeSource }: Pick<SourceFieldsProps, 'source' | 'changeSource'>) {
  const kinds = { ...texts.end.followKinds, ...publishTexts.advanced.kinds };
  return (
    <FormField label={texts.end.follow}>
      <SpaceBetween size="xs">
        <RadioGroup
          value={source.follow}
          items={Object.entries(kinds).map(([value, kind]) => ({ value, ...kind }))}
          onChange={({ detail }) => changeSource({ follow: detail.value as 'none' | PublishKind })}
        />
        {source.follow !== 'none' && (
          <Checkbox
            checked={source.onlyIfFiles}
            onChange={({ detail }) => changeSource({ onlyIfFiles: detail.checked })}
          >
            {texts.end.onlyIfFiles}
          </Checkbox>
        )}
      </SpaceBetween>
    </FormField>
  );
}
