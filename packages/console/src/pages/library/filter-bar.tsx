import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { memo } from 'react';
import { useMe } from '../../api/use-me.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { libraryTexts } from '../../texts/library.ts';
import type { Filters } from './library-query.ts';

const texts = libraryTexts.filter;

type Form = NonNullable<PropertyFilterProps.FilteringProperty['operators']>[number];

/** Dates are typed; a day means from its beginning, or to its end. */
const dateForm = (operator: '>=' | '<='): Form => ({
  operator,
  form: ({ value, onChange }) => (
    <FormField>
      <DateInput
        value={value ?? ''}
        onChange={({ detail }) => onChange(detail.value)}
        placeholder="YYYY/MM/DD"
      />
    </FormField>
  ),
});

const range: readonly Form[] = ['>=', '<='];
const dates: readonly Form[] = [dateForm('>='), dateForm('<=')];

const property = (
  key: string,
  label: string,
  groupValuesLabel: string,
  operators: readonly Form[] = ['='],
): PropertyFilterProps.FilteringProperty => ({
  key,
  propertyLabel: label,
  groupValuesLabel,
  operators,
});

const properties: readonly PropertyFilterProps.FilteringProperty[] = [
  property('type', texts.type, texts.types),
  property('state', texts.state, texts.states),
  property('keyword', texts.keyword, texts.keywords),
  property('field', texts.field, texts.fields),
  property('uploader', texts.uploader, texts.uploaders),
  property('orientation', texts.orientation, texts.orientations),
  property('use', texts.use, texts.uses),
  property('modified', texts.modified, texts.values, dates),
  property('created', texts.created, texts.values, dates),
  property('width', texts.width, texts.values, range),
  property('height', texts.height, texts.values, range),
  property('bytes', texts.bytes, texts.values, range),
];

const optionsOf = (propertyKey: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([value, label]) => ({ propertyKey, value, label }));

const uses = Object.keys(texts.useTexts) as (keyof typeof texts.useTexts)[];
const ranges = ['modified', 'created', 'width', 'height', 'bytes'] as const;
const plain = ['type', 'state', 'keyword', 'field', 'uploader', 'orientation'] as const;

function tokensOf(filters: Filters): PropertyFilterProps.Token[] {
  const tokens: PropertyFilterProps.Token[] = [];
  if (filters.q) tokens.push({ operator: ':', value: filters.q });
  for (const key of plain) {
    const value = filters[key];
    if (value) tokens.push({ propertyKey: key, operator: '=', value });
  }
  for (const use of uses) if (filters[use]) tokens.push({ propertyKey: 'use', operator: '=', value: use });
  for (const key of ranges) {
    const [from, to] = [filters[`${key}From`], filters[`${key}To`]];
    if (from) tokens.push({ propertyKey: key, operator: '>=', value: from });
    if (to) tokens.push({ propertyKey: key, operator: '<=', value: to });
  }
  return tokens;
}

/** Of two values of one property, the later one holds. Words are put together: all of them must be found. */
function filtersOf(tokens: readonly PropertyFilterProps.Token[]): Filters {
  const filters: Record<string, string> = {};
  for (const { propertyKey, operator, value } of tokens) {
    const text = String(value).trim();
    if (text === '') continue;
    if (propertyKey === undefined) filters.q = filters.q ? `${filters.q} ${text}` : text;
    else if (propertyKey === 'use') filters[text] = 'true';
    else if (propertyKey === 'type' && filters.type) filters.type = `${filters.type},${text}`;
    else if (operator === '>=') filters[`${propertyKey}From`] = text;
    else if (operator === '<=') filters[`${propertyKey}To`] = text;
    else filters[propertyKey] = text;
  }
  return filters as Filters;
}

interface FilterBarProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly countText: string;
}

/** Words and properties by which the library is searched. */
export const FilterBar = memo(function FilterBar({ filters, onChange, countText }: FilterBarProps) {
  const me = useMe().data;
  const options = [
    ...optionsOf('type', assetTypeTexts),
    ...optionsOf('state', texts.stateTexts),
    ...optionsOf('orientation', texts.orientationTexts),
    ...optionsOf('use', texts.useTexts),
    ...(me ? [{ propertyKey: 'uploader', value: me.subject, label: texts.me }] : []),
  ];
  return (
    <PropertyFilter
      query={{ tokens: tokensOf(filters), operation: 'and' }}
      onChange={({ detail }) => onChange(filtersOf(detail.tokens))}
      filteringProperties={properties}
      filteringOptions={options}
      filteringPlaceholder={texts.placeholder}
      filteringAriaLabel={texts.label}
      i18nStrings={{ filteringAriaLabel: texts.label, filteringPlaceholder: texts.placeholder }}
      countText={countText}
      hideOperations
      expandToViewport
      freeTextFiltering={{ operators: [':'], defaultOperator: ':' }}
    />
  );
});
