import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { errorOutput, outputs } from '../contract/outputs.ts';
import { commandTable } from '../src/command-table.ts';

/** The committed JSON Schemas of `--json`. Programs rely on them: a change shows in a review. */

const folder = join(import.meta.dirname, '..', 'schemas');
const schemas: Readonly<Record<string, z.ZodType>> = { ...outputs, error: errorOutput };
const nameOf = (path: string) => `${path.replaceAll(' ', '-')}.json`;

type Schema = z.core.JSONSchema.BaseSchema;

/** Every form that a result may have. */
function formsOf(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema[] {
  const name = schema.$ref?.replace('#/$defs/', '');
  const referred = name === undefined ? undefined : definitions[name];
  if (referred) return formsOf(referred, definitions);
  const forms = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  return forms ? forms.flatMap((form) => formsOf(form, definitions)) : [schema];
}

describe('The schemas of --json', () => {
  it.each(Object.entries(schemas))('of "%s" are as committed (write them with -u)', async (path, schema) => {
    const title =
      path === 'error' ? 'The error of a command, on standard error' : `A line of pressroom ${path} --json`;
    const made = { ...z.toJSONSchema(schema, { io: 'input' }), title };
    const forms = formsOf(made, (made.$defs ?? {}) as Readonly<Record<string, Schema>>);
    for (const form of forms) expect(form).toMatchObject({ type: 'object', additionalProperties: false });
    await expect(`${JSON.stringify(made, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, nameOf(path)));
  });

  it('are those of all commands', () => {
    expect(Object.keys(outputs).toSorted()).toEqual(commandTable.map(({ path }) => path).toSorted());
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(schemas).map(nameOf).toSorted());
  });
});
