import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { EmptyState } from '../../../components/empty-state.tsx';
import { metadataFieldsTexts as texts } from '../../../texts/metadata-fields.ts';
import type { MetadataField } from './field-draft.ts';

export type FieldAction = 'edit' | 'up' | 'down' | 'remove';

interface FieldTableProps {
  readonly fields: readonly MetadataField[];
  readonly onAdd: () => void;
  readonly onAction: (action: FieldAction, index: number) => void;
}

function describeType(field: MetadataField): string {
  if (field.type === 'choice') return field.values.join(', ');
  return field.type === 'text' && field.maxLength ? texts.atMost(field.maxLength) : '';
}

export function FieldTable({ fields, onAdd, onAction }: FieldTableProps) {
  const add = (
    <Button formAction="none" onClick={onAdd}>
      {texts.add}
    </Button>
  );
  return (
    <Table
      items={fields}
      trackBy="name"
      wrapLines
      stickyColumns={{ last: 1 }}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: texts.caption }}
      header={
        <Header
          variant="h2"
          description={texts.description}
          counter={texts.count(fields.length)}
          actions={add}
        >
          {texts.header}
        </Header>
      }
      empty={<EmptyState title={texts.empty} description={texts.emptyDescription} action={add} />}
      columnDefinitions={[
        {
          id: 'label',
          header: texts.columns.label,
          isRowHeader: true,
          minWidth: 140,
          cell: ({ label, name }) => (
            <>
              {label}
              <Box color="text-body-secondary" fontSize="body-s">
                <code>{name}</code>
              </Box>
            </>
          ),
        },
        {
          id: 'type',
          header: texts.columns.type,
          minWidth: 160,
          cell: (field) => (
            <>
              {texts.types[field.type]}
              <Box color="text-body-secondary" fontSize="body-s">
                {describeType(field)}
              </Box>
            </>
          ),
        },
        {
          id: 'required',
          header: texts.columns.required,
          cell: ({ required }) => (required ? texts.yes : texts.no),
        },
        {
          id: 'actions',
          header: texts.columns.actions,
          cell: (field) => {
            const index = fields.indexOf(field);
            return (
              <ButtonDropdown
                variant="icon"
                expandToViewport
                ariaLabel={texts.actionsOf(field.label)}
                items={[
                  { id: 'edit', text: texts.edit },
                  { id: 'up', text: texts.up, disabled: index === 0 },
                  { id: 'down', text: texts.down, disabled: index === fields.length - 1 },
                  { id: 'remove', text: texts.remove },
                ]}
                onItemClick={({ detail }) => onAction(detail.id as FieldAction, index)}
              />
            );
          },
        },
      ]}
    />
  );
}
