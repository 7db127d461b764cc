import {
  type Document,
  type Operation,
  openapiSchema,
  operationSchema,
  type Schema,
} from './openapi-shape.ts';
import { fieldRows, refsIn, typeText } from './schema-text.ts';

const titles: Readonly<Record<string, string>> = {
  assets: 'Assets: publish, versions, derived images, downloads',
  sets: 'Sets and batch set presets',
  uploads: 'Uploads',
  library: 'Library: folders, metadata, search, trash',
  jobs: 'Jobs, logs and plans',
  schedules: 'Schedules and triggers',
  notifications: 'Notifications and mail',
  delivery: 'Delivery: presets, image settings, invalidations, previews',
  companies: 'Companies: members, machines, settings, audit, usage',
};

/** Failures that are possible on every route of a company: they stand once, on top of the page. */
const everywhere = new Set([
  'request.invalid',
  'request.not-json',
  'request.too-large',
  'request.unsupported-media-type',
  'access.not-signed-in',
  'access.role-too-low',
  'company.not-found',
  'system.fault',
]);

/**
 * The API page of a feature: its operations, then the types that they name.
 * @param operationIds in the order of the page
 * @param openapi the OpenAPI document, as JSON
 */
export function apiPage(feature: string, operationIds: readonly string[], openapi: unknown): string {
  const document = openapiSchema.parse(openapi);
  const operations = operationIds.map((id) => findOperation(document, id));
  const types = typesOf(document, operations);
  return `# API: ${titles[feature] ?? feature}

<!-- Written by scripts/write-reference.ts from packages/api/${feature}. Change it there. -->

How these requests are used: [${feature}](../${feature}.md). Errors: [all codes](../errors.md). The same as a document for programs: \`GET /v1/openapi.json\`, which needs no token.

The paths of the table begin with \`/v1/companies/{company}\` where they begin with \`…\`.

Every request of a company can also be refused with ${[...everywhere].map((code) => `\`${code}\``).join(', ')}.

| request | does | role |
|---|---|---|
${operations.map(overviewRow).join('\n')}

${operations.map(operationText).join('\n\n')}

## Types

${types.map(([name, schema]) => typeSection(name, schema)).join('\n\n')}
`;
}

interface Found {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function findOperation({ paths }: Document, id: string): Found {
  for (const [path, methods] of Object.entries(paths))
    for (const [method, value] of Object.entries(methods)) {
      const operation = operationSchema.safeParse(value);
      if (operation.success && operation.data.operationId === id)
        return { method: method.toUpperCase(), path, operation: operation.data };
    }
  throw new Error(`The OpenAPI document has no operation ${id}`);
}

const roleOf = ({ description = '' }: Operation) => /role `(\w+)`/.exec(description)?.[1];

function overviewRow({ method, path, operation }: Found): string {
  const { operationId, summary } = operation;
  const link = `#${operationId.toLowerCase()}`;
  return `| [\`${method} ${path.replace('/v1/companies/{company}', '…')}\`](${link}) | ${cell(summary)} | ${roleOf(operation) ?? ''} |`;
}

function operationText({ method, path, operation }: Found): string {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const role = roleOf(operation);
  const rights = operation.description?.replace(/^Requires the role `\w+` or a higher one\.\s*/, '');
  const bodies = Object.entries(requestBody?.content ?? {});
  return [
    `## ${operationId}`,
    `\`${method} ${path}\``,
    `${sentence(summary)}${role === undefined ? '' : ` Role: \`${role}\`.`}${rights ? ` ${rights}` : ''}`,
    ...(parameters.length === 0
      ? []
      : [
          table(
            'parameter',
            parameters.map(({ name, in: place, required, schema, description }) => [
              `\`${name}\``,
              `${place}${required ? ', required' : ''}`,
              typeText(schema),
              description ?? schema.description ?? '',
            ]),
          ),
        ]),
    ...bodies.map(
      ([type, { schema }]) =>
        `**Body** (\`${type}\`${requestBody?.required ? '' : ', optional'}): ${typeText(schema)}`,
    ),
    ...bodies.flatMap(([, { schema }]) => fieldTable(schema)),
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([status, { description, content }]) => [
        `**${status}** ${sentence(description)} ${Object.entries(content)
          .map(([type, { schema }]) => `\`${type}\`: ${typeText(schema)}`)
          .join('; ')}`.trimEnd(),
        ...Object.values(content).flatMap(({ schema }) => fieldTable(schema)),
      ]),
    errorsText(operation),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Own errors of an operation, by status. */
function errorsText({ responses }: Operation): string {
  const own = Object.entries(responses).flatMap(([status, { description }]) =>
    [...description.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].flatMap(([, code = '']) =>
      status.startsWith('2') || everywhere.has(code) ? [] : [`${status} \`${code}\``],
    ),
  );
  return own.length === 0 ? '' : `**Errors**: ${own.join(', ')}`;
}

/** The fields of a schema without a name of its own. */
function fieldTable(schema: Schema): string[] {
  const rows = fieldRows(schema);
  return rows.length === 0 ? [] : [table('field', rows)];
}

function typeSection(name: string, schema: Schema): string {
  const { description } = schema;
  const rows = fieldRows(schema);
  return [
    `### ${name}`,
    ...(description === undefined ? [] : [sentence(description)]),
    rows.length === 0 ? typeText(schema) : table('field', rows),
  ].join('\n\n');
}

function table(first: string, rows: readonly (readonly string[])[]): string {
  const head =
    first === 'parameter' ? '| parameter | in | type | meaning |' : '| field | required | type | meaning |';
  return [head, '|---|---|---|---|', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n');
}

/** Types that the operations name, and those that these name, by name. */
function typesOf(document: Document, operations: readonly Found[]): readonly (readonly [string, Schema])[] {
  const wanted = new Set<string>();
  const open = operations.flatMap(({ operation: { parameters, requestBody, responses } }) => [
    ...parameters.flatMap(({ schema }) => refsIn(schema)),
    ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => refsIn(schema)),
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content }]) => Object.values(content).flatMap(({ schema }) => refsIn(schema))),
  ]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (wanted.has(name)) continue;
    wanted.add(name);
    open.push(...refsIn(document.components.schemas[name] ?? {}));
  }
  return [...wanted].sort().flatMap((name) => {
    const schema = document.components.schemas[name];
    return schema === undefined ? [] : [[name, schema] as const];
  });
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A text as the cell of a table: one line, no bars that are cells, no tags that GitHub would hide. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .replace(/`[^`]*`|</g, (found) => (found === '<' ? '\\<' : found));
}
