import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { maxFiles } from '@pressroom/client/upload';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useClient } from '../../api/client-context.tsx';
import { useNotifications } from '../../app/notifications.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loading } from '../../components/loading.tsx';
import { Page } from '../../components/page.tsx';
import { useCompany } from '../../session/company.tsx';
import { uploadTexts } from '../../texts/upload.ts';
import { useChosenFiles } from '../../uploads/chosen-context.tsx';
import { duplicatesOf } from '../../uploads/chosen-files.ts';
import { useUploadQueue, useUploadTasks } from '../../uploads/uploads-context.tsx';
import { ChosenTable } from './chosen-table.tsx';
import { FileChooser } from './file-chooser.tsx';
import { JobOptionsDialog } from './job-options-dialog.tsx';
import { FolderOption, NameField, OverwriteField, PublishField } from './option-fields.tsx';
import { RunningUpload } from './running-upload.tsx';
import { groupsOf } from './upload-groups.ts';
import { folderOf, initialForm, optionsOf, type UploadForm } from './upload-options.ts';

const texts = uploadTexts.options;

const ElsewhereForm = lazy(() => import('./elsewhere-form.tsx'));

/** Uploads of this browser's files, and of files that Pressroom fetches. */
export default function UploadPage() {
  const [search, setSearch] = useSearchParams();
  const { tabs } = uploadTexts;
  // What was typed in one of them is kept while the other one is open.
  const contentRenderStrategy = 'lazy';
  return (
    <Page title={uploadTexts.title} description={uploadTexts.description}>
      <Tabs
        ariaLabel={tabs.label}
        activeTabId={search.get('from') === 'elsewhere' ? 'elsewhere' : 'computer'}
        tabs={[
          { id: 'computer', label: tabs.computer, content: <UploadFiles />, contentRenderStrategy },
          {
            id: 'elsewhere',
            label: tabs.elsewhere,
            contentRenderStrategy,
            content: (
              <Suspense fallback={<Loading />}>
                <ElsewhereForm />
              </Suspense>
            ),
          },
        ]}
        onChange={({ detail }) => {
          const next = new URLSearchParams(search);
          if (detail.activeTabId === 'elsewhere') next.set('from', 'elsewhere');
          else next.delete('from');
          setSearch(next, { replace: true });
        }}
      />
    </Page>
  );
}

/** Chooses files and where they go; shows the uploads of this browser. */
function UploadFiles() {
  const { company, subject } = useCompany();
  const client = useClient();
  const queue = useUploadQueue();
  const tasks = useUploadTasks().filter((task) => task.company === company);
  const chosen = useChosenFiles();
  const { notify } = useNotifications();
  const [search, setSearch] = useSearchParams();
  const [settings, setSettings] = useState(initialForm);
  const [isDialogOpen, setDialogOpen] = useState(false);
  const form: UploadForm = { ...settings, folder: search.get('folder') ?? '/' };
  const onChange = ({ folder, ...change }: Partial<UploadForm>) => {
    setSettings((before) => ({ ...before, ...change }));
    if (folder === undefined) return;
    const next = new URLSearchParams(search);
    next.set('folder', folder);
    setSearch(next, { replace: true });
  };
  const fields = { form, onChange };
  const duplicates = duplicatesOf(chosen.files);
  const folders = new Set(chosen.files.map(({ path }) => path).filter((path) => path !== ''));
  const submit = () => {
    const target = folderOf(form.folder);
    for (const { folder, files, afterJobs } of groupsOf(
      chosen.files,
      { ...form, folder: target },
      maxFiles,
    )) {
      const options = optionsOf(form, folder);
      const name = options.name ?? texts.namePlaceholder;
      queue.add(
        { files, name, folder, options, ...(afterJobs && { afterJobs }) },
        { client, company, subject },
      );
    }
    notify({ type: 'success', header: uploadTexts.started(chosen.files.length) });
    chosen.clear();
  };
  return (
    <>
      <SpaceBetween size="l">
        <FileChooser onChosen={chosen.add} />
        {chosen.files.length + chosen.hidden > 0 && <ChosenTable duplicates={duplicates} />}
        <Container
          header={
            <Header variant="h2" actions={<Button onClick={() => setDialogOpen(true)}>{texts.open}</Button>}>
              {texts.header}
            </Header>
          }
          footer={
            <Button
              variant="primary"
              disabled={chosen.files.length === 0 || duplicates.size > 0}
              onClick={submit}
            >
              {uploadTexts.submit(chosen.files.length)}
            </Button>
          }
        >
          <ColumnLayout columns={2}>
            <FolderOption {...fields} />
            <NameField {...fields} />
            {folders.size > 0 && (
              <Checkbox
                checked={form.keepFolders}
                description={texts.keepFoldersDescription(folders.size)}
                onChange={({ detail }) => onChange({ keepFolders: detail.checked })}
              >
                {texts.keepFolders}
              </Checkbox>
            )}
            <PublishField {...fields} />
            <OverwriteField {...fields} />
          </ColumnLayout>
        </Container>
        <Header variant="h2">{uploadTexts.running.header}</Header>
        {tasks.length === 0 && (
          <Container>
            <EmptyState
              title={uploadTexts.running.empty}
              description={uploadTexts.running.emptyDescription}
            />
          </Container>
        )}
        {tasks.toReversed().map((task) => (
          <RunningUpload key={task.id} task={task} />
        ))}
      </SpaceBetween>
      {isDialogOpen && (
        <JobOptionsDialog form={form} onChange={onChange} onClose={() => setDialogOpen(false)} />
      )}
    </>
  );
}
