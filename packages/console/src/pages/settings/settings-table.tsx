import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { appTexts } from '../../texts/app.ts';

interface SettingsTableProps<Item>
  extends Pick<TableProps<Item>, 'items' | 'columnDefinitions' | 'filter' | 'footer'> {
  readonly trackBy: keyof Item & string;
  readonly texts: {
    readonly header: string;
    readonly description: string;
    readonly caption: string;
    readonly empty?: string;
    readonly emptyDescription?: string;
  };
  readonly isLoading: boolean;
  /** The number of items, as text. */
  readonly counter?: string | undefined;
  /** The button that adds an item, in the head and where there are no items. */
  readonly add?: { readonly text: string; readonly onClick: () => void };
  /** In place of that button in the head. */
  readonly actions?: ReactNode;
  /** In place of the texts for a list without items. */
  readonly empty?: ReactNode;
}

/** A list of the settings. The column of actions, the last one, stays on a narrow screen. */
export function SettingsTable<Item>(props: SettingsTableProps<Item>) {
  const { texts, isLoading, counter, add, actions, empty, filter, footer } = props;
  const { header, description, caption } = texts;
  const addButton = add && <Button onClick={add.onClick}>{add.text}</Button>;
  return (
    <Table
      items={props.items}
      columnDefinitions={props.columnDefinitions}
      trackBy={props.trackBy}
      wrapLines
      stickyColumns={{ last: 1 }}
      loading={isLoading}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: caption }}
      header={
        <Header
          variant="h2"
          description={description}
          actions={actions ?? addButton}
          {...(counter !== undefined && { counter })}
        >
          {header}
        </Header>
      }
      filter={filter}
      empty={
        empty ?? (
          <EmptyState title={texts.empty ?? ''} description={texts.emptyDescription} action={addButton} />
        )
      }
      footer={footer}
    />
  );
}
