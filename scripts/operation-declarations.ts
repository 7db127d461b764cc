/** TypeScript declarations of all operations of the API without zod, for the published client. */
import type { ApiRoute, SignedInRoute } from '@pressroom/api/route';
import { routes, signedInRoutes } from '@pressroom/api/routes';
import { problemResponse } from '@pressroom/api/values';
import * as z from 'zod';

/** What is used of a JSON schema as zod writes it. */
interface Schema {
  readonly $ref?: string;
  /** Nothing is valid: the response is a file. */
  readonly not?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
}

/** Values in a URL are texts: numbers and truth values are converted. */
type Place = 'json' | 'url';

/** The text of a module with the exports of packages/api/operation-types.ts. */
export function operationDeclarations(): string {
  const shared = new Map<string, Schema>();
  const print = (schema: z.ZodType, place: Place = 'json') => {
    const { $defs = {}, ...own } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
    for (const [name, definition] of Object.entries($defs)) shared.set(name, definition);
    return printSchema(own, place);
  };
  const all: Readonly<Record<string, ApiRoute | SignedInRoute>> = { ...routes, ...signedInRoutes };
  const operations = Object.entries(all).map(([name, route]) => {
    const fields = [
      `params: ${print('role' in route ? route.params.omit({ company: true }) : route.params, 'url')};`,
      `query: ${print(route.query, 'url')};`,
      `response: ${[
        route.response,
        ...('alternative' in route && route.alternative ? [route.alternative] : []),
      ]
        .map(({ schema }) => print(schema))
        .join(' | ')};`,
    ];
    if ('role' in route) {
      const { body, dryRun, ifMatch, idempotencyKey } = route;
      fields.push(`body: ${body ? printBody(body, print(body)) : 'undefined'};`);
      if (dryRun) fields.push(`dryRun: ${print(dryRun.schema)};`);
      if (ifMatch) fields.push('ifMatch: true;');
      if (idempotencyKey) fields.push('idempotencyKey: true;');
    } else fields.push('body: undefined;');
    return `  /** ${route.summary} */\n  ${name}: {\n    ${fields.join('\n    ')}\n  };`;
  });
  const problem = print(problemResponse);
  const definitions = [...shared]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => `export type ${name} = ${printSchema(schema, 'json')};\n`);
  return `${definitions.join('\n')}
export interface Operations {
${operations.join('\n')}
}
${helpers(problem)}`;
}

function printBody(schema: z.ZodType, text: string): string {
  return schema.safeParse(undefined).success ? `${text} | undefined` : text;
}

function printSchema(schema: Schema, place: Place): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.not) return 'never';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) {
    const isTruth = place === 'url' && schema.enum.every((value) => value === 'true' || value === 'false');
    return [...schema.enum.map((value) => JSON.stringify(value)), ...(isTruth ? ['boolean'] : [])].join(
      ' | ',
    );
  }
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map((one) => printSchema(one, place)).join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => `(${printSchema(one, place)})`).join(' & ');
  const { type } = schema;
  if (typeof type === 'object')
    return type.map((one) => printSchema({ ...schema, type: one }, place)).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return place === 'url' ? 'string | number' : 'number';
    case 'array':
      if (schema.prefixItems)
        return `readonly [${schema.prefixItems.map((one) => printSchema(one, place)).join(', ')}]`;
      return `readonly (${printSchema(schema.items ?? {}, place)})[]`;
    case 'object':
      return printObject(schema, place);
    default:
      return 'unknown';
  }
}

function printObject(schema: Schema, place: Place): string {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const lines = Object.entries(properties).map(([name, value]) => {
    const isOptional = !required.includes(name);
    const comment =
      value.description === undefined ? '' : `/** ${value.description.replaceAll('*/', '*\\/')} */ `;
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${comment}${key}${isOptional ? '?' : ''}: ${printSchema(value, place)}${isOptional ? ' | undefined' : ''};`;
  });
  if (typeof additionalProperties === 'object') {
    const value = printSchema(additionalProperties, place);
    if (propertyNames?.enum) {
      const isOptional = required.length === 0;
      const names = printSchema(propertyNames, 'json');
      return `{ [Key in ${names}]${isOptional ? '?' : ''}: ${value} }`;
    }
    lines.push(`[key: string]: ${value};`);
  }
  return lines.length === 0 ? 'Readonly<Record<never, never>>' : `{ ${lines.join(' ')} }`;
}

const helpers = (problem: string) => `
type Having<Key extends string> = {
  [Name in keyof Operations]: Operations[Name] extends { [K in Key]: unknown } ? Name : never;
}[keyof Operations];

export type OperationName = keyof Operations;
export type OperationParams<Name extends OperationName> = Operations[Name]['params'];
export type OperationQuery<Name extends OperationName> = Operations[Name]['query'];
export type OperationBody<Name extends OperationName> = Operations[Name]['body'];
export type OperationResponse<Name extends OperationName> = Operations[Name]['response'];
export type DryRunOperation = Having<'dryRun'>;
export type DryRunResponse<Name extends DryRunOperation> = Operations[Name] extends { dryRun: infer Body } ? Body : never;
export type PagedOperation = {
  [Name in OperationName]: 'cursor' extends keyof OperationQuery<Name> ? Name : never;
}[OperationName];
export type OperationItem<Name extends PagedOperation> =
  OperationResponse<Name> extends { items: readonly (infer Item)[] } ? Item : never;
export type ConditionalOperation = Having<'ifMatch'>;
export type IdempotentOperation = Having<'idempotencyKey'>;
export type Problem = ${problem};
`;
