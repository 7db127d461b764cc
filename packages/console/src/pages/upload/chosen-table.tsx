import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatBytes } from '../../texts/bytes.ts';
import { uploadTexts } from '../../texts/upload.ts';
import { useChosenFiles } from '../../uploads/chosen-context.tsx';
import type { ChosenFile } from '../../uploads/chosen-files.ts';

const texts = uploadTexts.chosen;

const pageSize = 10;

/** The files that are chosen, those with a problem first. */
export function ChosenTable({ duplicates }: { duplicates: ReadonlyMap<ChosenFile, string> }) {
  const { files, hidden, remove, clear } = useChosenFiles();
  const [page, setPage] = useState(1);
  const problemOf = (chosen: ChosenFile) => {
    const other = duplicates.get(chosen);
    if (other !== undefined) return texts.duplicate(other);
    return chosen.file.size === 0 ? texts.emptyFile : undefined;
  };
  const hasProblem = (chosen: ChosenFile) => problemOf(chosen) !== undefined;
  const sorted = [...files.filter(hasProblem), ...files.filter((one) => !hasProblem(one))];
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize));
  const current = Math.min(page, pages);
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <Table
      header={
        <Header
          variant="h2"
          description={files.length === 0 ? undefined : texts.sum(files.length, bytes)}
          actions={files.length > 0 && <Button onClick={clear}>{texts.removeAll}</Button>}
        >
          {texts.header}
        </Header>
      }
      filter={
        <SpaceBetween size="xs">
          {duplicates.size > 0 && (
            <Alert
              type="warning"
              action={
                <Button onClick={() => remove(new Set(duplicates.keys()))}>
                  {texts.removeDuplicates(duplicates.size)}
                </Button>
              }
            >
              {texts.duplicates(duplicates.size)}
            </Alert>
          )}
          {hidden > 0 && <Alert type="info">{texts.hidden(hidden)}</Alert>}
        </SpaceBetween>
      }
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={current}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ paginationLabel: texts.pages }}
          />
        )
      }
      items={sorted.slice((current - 1) * pageSize, current * pageSize)}
      trackBy={(item) => item.path + item.file.name}
      variant="container"
      wrapLines
      empty={<EmptyState title={texts.empty} description={texts.emptyDescription} />}
      columnDefinitions={[
        {
          id: 'name',
          header: texts.name,
          minWidth: 130,
          isRowHeader: true,
          cell: (item) => (
            <span className="file-name">
              {item.path}
              {item.file.name}
            </span>
          ),
        },
        ...(sorted.some(hasProblem)
          ? [
              {
                id: 'problem',
                header: texts.problem,
                minWidth: 340,
                cell: (item: ChosenFile) => {
                  const problem = problemOf(item);
                  return problem && <StatusIndicator type="warning">{problem}</StatusIndicator>;
                },
              },
            ]
          : []),
        {
          id: 'size',
          header: texts.size,
          cell: ({ file }) => <span className="file-size">{formatBytes(file.size)}</span>,
        },
        {
          id: 'remove',
          header: texts.actions,
          width: 90,
          cell: (item) => (
            <Button
              variant="icon"
              iconName="close"
              ariaLabel={texts.remove(item.file.name)}
              onClick={() => remove(new Set([item]))}
            />
          ),
        },
      ]}
    />
  );
}
