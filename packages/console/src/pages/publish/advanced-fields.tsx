import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useChange } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { describeError } from '../../components/describe-error.ts';
import { useCompany, useMay } from '../../session/company.tsx';
import { jobTexts } from '../../texts/jobs.ts';
import { publishTexts } from '../../texts/publish.ts';
import type { Email, JobDraft, PublishKind, Server } from './job-draft.ts';

const texts = publishTexts.advanced;

interface AdvancedFieldsProps {
  readonly draft: JobDraft;
  /** The host of the address that a schedule has, and that stays unless another one is entered. */
  readonly notificationHost?: string | undefined;
  readonly change: (values: Partial<JobDraft>) => void;
}

const kinds = Object.keys(texts.kinds) as PublishKind[];
const emails = Object.entries(texts.emails).map(([value, label]) => ({ value, label }));
const serverOption = (value: Server) => ({ value, label: jobTexts.servers[value] });

/** Servers, what to publish, owner and notifications: the Advanced part of the specification's Publish page. */
export function AdvancedFields({ draft, notificationHost, change }: AdvancedFieldsProps) {
  const isAdmin = useMay('admin');
  const servers = useRead('settings', 'listServers');
  const enabled = (servers.data?.items ?? []).filter(({ on }) => on).map(({ server }) => server);
  return (
    <ExpandableSection variant="container" headerText={texts.header} headerDescription={texts.description}>
      <SpaceBetween size="l">
        <FormField label={texts.servers} constraintText={texts.serversHint}>
          <Multiselect
            selectedOptions={draft.servers.map(serverOption)}
            options={[...new Set([...enabled, ...draft.servers])].map(serverOption)}
            placeholder={texts.allServers}
            statusType={servers.isPending ? 'loading' : servers.error ? 'error' : 'finished'}
            {...(servers.error && { errorText: describeError(servers.error) })}
            onChange={({ detail }) =>
              change({ servers: detail.selectedOptions.map(({ value }) => value as Server) })
            }
          />
        </FormField>
        <FormField label={texts.publish}>
          <RadioGroup
            value={draft.publish}
            items={kinds.map((value) => ({ value, ...texts.kinds[value] }))}
            onChange={({ detail }) => change({ publish: detail.value as PublishKind })}
          />
        </FormField>
        <Checkbox checked={draft.force} onChange={({ detail }) => change({ force: detail.checked })}>
          {texts.force}
        </Checkbox>
        {isAdmin && (
          <>
            <Checkbox
              checked={draft.invalidate}
              onChange={({ detail }) => change({ invalidate: detail.checked })}
            >
              {texts.invalidate}
            </Checkbox>
            <RunAsField draft={draft} change={change} />
          </>
        )}
        <NotificationFields draft={draft} notificationHost={notificationHost} change={change} />
        <EmailField draft={draft} change={change} />
      </SpaceBetween>
    </ExpandableSection>
  );
}

/** When the owner of the job gets a mail. */
export function EmailField({ draft, change }: Pick<AdvancedFieldsProps, 'draft' | 'change'>) {
  return (
    <FormField label={texts.email}>
      <Select
        selectedOption={emails.find(({ value }) => value === draft.email) ?? null}
        options={emails}
        onChange={({ detail }) => change({ email: detail.selectedOption.value as Email })}
      />
    </FormField>
  );
}

function RunAsField({ draft, change }: Pick<AdvancedFieldsProps, 'draft' | 'change'>) {
  const { subject } = useCompany();
  const members = useRead('settings', 'listMembers');
  const options = [
    { value: '', label: texts.me },
    ...(members.data?.items ?? [])
      .filter((member) => member.role !== 'viewer' && member.subject !== subject)
      .map(({ subject: value, name, email }) => ({ value, label: name ?? email ?? value })),
  ];
  return (
    <FormField label={texts.runAs} constraintText={texts.runAsHint}>
      <Select
        selectedOption={
          options.find(({ value }) => value === draft.runAs) ?? { value: draft.runAs, label: draft.runAs }
        }
        options={options}
        statusType={members.isPending ? 'loading' : 'finished'}
        onChange={({ detail }) => change({ runAs: detail.selectedOption.value ?? '' })}
      />
    </FormField>
  );
}

/** The address that is notified when the job has ended. */
export function NotificationFields({ draft, notificationHost, change }: AdvancedFieldsProps) {
  const test = useChange('testNotification', []);
  const { notificationUrl } = draft;
  const result = test.data;
  return (
    <FormField
      label={texts.notification}
      constraintText={
        notificationHost && !notificationUrl
          ? texts.keepNotification(notificationHost)
          : texts.notificationHint
      }
      errorText={test.error ? describeError(test.error) : undefined}
      secondaryControl={
        <Button
          disabled={!notificationUrl}
          loading={test.isPending}
          onClick={() => test.mutate({ body: { url: notificationUrl } })}
        >
          {texts.test}
        </Button>
      }
    >
      <SpaceBetween size="xs">
        <Input
          type="url"
          inputMode="url"
          value={notificationUrl}
          placeholder="https://"
          onChange={({ detail }) => {
            test.reset();
            change({ notificationUrl: detail.value.trim() });
          }}
        />
        {result && (
          <StatusIndicator type={result.received ? 'success' : 'error'}>
            {result.received
              ? texts.received(result.status ?? 200, result.milliseconds)
              : texts.notReceived(result.reason ?? String(result.status))}
          </StatusIndicator>
        )}
        {(notificationUrl || notificationHost) && (
          <Checkbox
            checked={draft.onlyIfPublished}
            onChange={({ detail }) => change({ onlyIfPublished: detail.checked })}
          >
            {texts.onlyIfPublished}
          </Checkbox>
        )}
      </SpaceBetween>
    </FormField>
  );
}
