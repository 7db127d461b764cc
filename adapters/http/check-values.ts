import type * as z from 'zod';
import { Failure, type FailureDetail } from '../../domain/failure.ts';

/** Enough to correct a request. Without a limit, a body with 1,000 wrong entries would get an equally long response. */
const maxDetails = 20;

/**
 * Checks what came from outside.
 * @param where put before every field's name: `query`, or nothing for the body
 * @throws Failure `request.invalid` that names each field and its rule
 */
export function checkValues<Schema extends z.ZodType>(schema: Schema, values: unknown): z.output<Schema> {
  const result = schema.safeParse(values, { reportInput: false, error: inPlainWords });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(issueDetails).slice(0, maxDetails);
  const [first] = details;
  throw new Failure(
    'request.invalid',
    first ? `${first.field}: ${first.message}` : 'The request is not valid',
    { details },
  );
}

/** What a value should be, by the type that its schema names. */
const shouldBe: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Texts for rules that have none: the default texts of zod speak of "input" and "undefined". */
function inPlainWords({ code, input, expected }: z.core.$ZodRawIssue): string | undefined {
  if (code !== 'invalid_type') return undefined;
  if (input === undefined) return 'is needed';
  const type = shouldBe[String(expected)];
  return type === undefined ? undefined : `must be ${type}`;
}

function issueDetails(issue: z.core.$ZodIssue): FailureDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, key]),
      message: 'is not known here',
    }));
  }
  return [{ field: fieldName(issue.path), message: issue.message }];
}

/** `files[3].name`; `body` for the whole. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );
  return name || 'body';
}
