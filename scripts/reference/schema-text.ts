import type { Schema } from './openapi-shape.ts';

/** Objects inside of a type are shown by fields such as `scope.folder`, so many levels deep. */
const maxDepth = 3;

/** A type in words: `text, 1 to 64 characters`, or a link to the section of a named type. */
export function typeText(schema: Schema): string {
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return link($ref);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const choices = anyOf ?? oneOf;
  if (choices) return [...new Set(choices.map(typeText))].join(' or ');
  if (allOf) return [...new Set(allOf.map(typeText))].join(' and ');
  const types = [schema.type ?? []].flat();
  return types.length === 0 ? 'any' : types.map((type) => plainText(type, schema)).join(' or ');
}

function plainText(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
      return `${schema.format === 'date-time' ? 'time (ISO 8601)' : 'text'}${range(schema.minLength, schema.maxLength, ' characters')}`;
    case 'integer':
      return `whole number${range(schema.minimum, schema.maximum)}`;
    case 'number':
      return `number${range(schema.minimum, schema.maximum)}`;
    case 'array':
      return `list of ${schema.items ? typeText(schema.items) : 'anything'}${range(schema.minItems, schema.maxItems)}`;
    case 'object':
      return typeof schema.additionalProperties === 'object' &&
        Object.keys(schema.properties ?? {}).length === 0
        ? `map of ${typeText(schema.additionalProperties)}`
        : 'object';
    default:
      return type;
  }
}

/** `, 1 to 64 characters`; limits that only say what a number can be are left out. */
function range(min: number | undefined, max: number | undefined, unit = ''): string {
  const shown = (limit: number) => limit.toLocaleString('en-US', { maximumFractionDigits: 3 });
  const isLimit = (limit: number | undefined) =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  if (isLimit(max) && max !== undefined)
    return min === undefined || min === 0
      ? `, at most ${shown(max)}${unit}`
      : `, ${shown(min)} to ${shown(max)}${unit}`;
  return isLimit(min) && min !== undefined && min > (unit === '' ? 0 : 1)
    ? `, at least ${shown(min)}${unit}`
    : '';
}

const nameOf = ($ref: string) => $ref.slice($ref.lastIndexOf('/') + 1);
const link = ($ref: string) => `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;

/** Rows for the fields of an object, and of objects in it: name, whether it is required, type, meaning. */
export function fieldRows(schema: Schema, before = '', depth = 0): string[][] {
  if (schema.$ref !== undefined || depth === maxDepth) return [];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (parts.length > 0) return rowsOfParts(parts.map((part) => fieldRows(part, before, depth)));
  if (schema.items) return fieldRows(schema.items, `${before}[].`.replace('.[]', '[]'), depth);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    [
      `\`${before}${name}\``,
      schema.required?.includes(name) ? 'yes' : '',
      `${typeText(field)}${field.default === undefined ? '' : `; default \`${JSON.stringify(field.default)}\``}`,
      field.description ?? '',
    ],
    ...fieldRows(field, field.items ? `${before}${name}` : `${before}${name}.`, depth + 1),
  ]);
}

/** Rows of the forms that an object may have. What only some of them require is not marked. */
function rowsOfParts(parts: readonly (readonly string[][])[]): string[][] {
  const forms = parts.filter((rows) => rows.length > 0);
  const merged = new Map<string, string[]>();
  for (const [name = '', required = '', ...others] of forms.flat()) {
    const inAll = forms.every((rows) => rows.some(([other, mark]) => other === name && mark === 'yes'));
    const key = [name, ...others].join('|');
    merged.set(key, [name, inAll ? required : '', ...others]);
  }
  return [...merged.values()];
}

/** Names of the types that a schema refers to. */
export function refsIn(schema: Schema): string[] {
  if (schema.$ref !== undefined) return [nameOf(schema.$ref)];
  const { additionalProperties } = schema;
  return [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ].flatMap(refsIn);
}
