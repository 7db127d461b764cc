import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRef, useState, useSyncExternalStore } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { describeError } from '../../components/describe-error.ts';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { textOf } from '../../metadata-tables/csv-text.ts';
import { type ImportRun, importRun } from '../../metadata-tables/import-run.ts';
import { type EmptyCells, readTable } from '../../metadata-tables/import-table.ts';
import { useCompany } from '../../session/company.tsx';
import { metadataTableTexts as texts } from '../../texts/metadata-table.ts';
import { CheckedTable } from './checked-table.tsx';
import { useApplying } from './use-applying.ts';

/** Changes metadata by a table: chosen, checked, looked at, applied. */
export default function MetadataPage() {
  const { company } = useCompany();
  const run = useSyncExternalStore(importRun.subscribe, importRun.get);
  return (
    <Page
      title={texts.title}
      description={
        <>
          {texts.description} <PageLink to={`/${company}/library`}>{texts.choose.toLibrary}</PageLink>
        </>
      }
    >
      {run?.company !== company ? (
        <ChooseTable />
      ) : run.phase === 'checking' || run.phase === 'applying' ? (
        <Progress run={run} />
      ) : (
        <CheckedTable run={run} />
      )}
    </Page>
  );
}

function ChooseTable() {
  const client = useClient();
  const { company } = useCompany();
  const input = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState<EmptyCells>('keep');
  const [problem, setProblem] = useState<string>();
  const { choose } = texts;

  async function take(file: File) {
    setProblem(undefined);
    try {
      const table = readTable(file.name, await textOf(file));
      await importRun.check(client, company, table, empty);
    } catch (error) {
      setProblem(describeError(error));
    }
  }

  return (
    <Container header={<Header variant="h2">{choose.header}</Header>}>
      <SpaceBetween size="l">
        <FormField label={choose.empty}>
          <RadioGroup
            value={empty}
            items={(['keep', 'remove'] as const).map((value) => ({ value, ...choose.emptyChoices[value] }))}
            onChange={({ detail }) => setEmpty(detail.value as EmptyCells)}
          />
        </FormField>
        <FormField stretch constraintText={choose.hint}>
          <Button variant="primary" iconName="upload" onClick={() => input.current?.click()}>
            {choose.button}
          </Button>
          <input
            ref={input}
            type="file"
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
            hidden
            tabIndex={-1}
            aria-label={choose.button}
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file) void take(file);
              // The same file can be chosen again once it is corrected.
              target.value = '';
            }}
          />
        </FormField>
        {problem && <Alert type="error">{problem}</Alert>}
      </SpaceBetween>
    </Container>
  );
}

function Progress({ run }: { run: ImportRun }) {
  const client = useClient();
  const applying = useApplying();
  const { table, phase, done, total, stopped } = run;
  const isChecking = phase === 'checking';
  return (
    <Container
      header={
        <Header variant="h2">{isChecking ? texts.checking(table.name) : texts.applying(table.name)}</Header>
      }
    >
      <SpaceBetween size="l">
        <ProgressBar
          value={total === 0 ? 100 : (done / total) * 100}
          ariaLabel={table.name}
          additionalInfo={texts.progress(done, total)}
        />
        {stopped ? (
          <Alert
            type={stopped.error === undefined ? 'info' : 'error'}
            {...(stopped.error !== undefined && { header: texts.failed })}
          >
            {stopped.error === undefined
              ? isChecking
                ? texts.stopped.checking
                : texts.stopped.applying
              : describeError(stopped.error)}
          </Alert>
        ) : null}
        <SpaceBetween direction="horizontal" size="xs">
          {stopped ? (
            <>
              <Button
                variant="primary"
                onClick={() => void (isChecking ? importRun.goOn(client) : applying.goOn())}
              >
                {texts.goOn}
              </Button>
              <Button onClick={importRun.clear}>{texts.another}</Button>
            </>
          ) : (
            <Button onClick={importRun.stop}>{texts.stop}</Button>
          )}
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}
