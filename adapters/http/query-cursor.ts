import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** A position in the results of one query. It is not valid for another query. */
export function writeQueryCursor(query: unknown, position: object): string {
  return writeCursor({ of: tagOf(query), at: position });
}

/**
 * Reads the cursor of a query back.
 * @param query all that decides what is listed, and in which order
 * @throws Failure `request.invalid` that names `cursor` when it is none, or one of another query
 */
export function readQueryCursor<Schema extends z.ZodType>(
  schema: Schema,
  query: unknown,
  cursor: string | undefined,
): z.output<Schema> | undefined {
  const read = readCursor(z.strictObject({ of: z.string().length(8), at: z.unknown() }), cursor);
  if (read === undefined) return undefined;
  if (read.of !== tagOf(query)) refuseCursor('is of a list with other filters or in another order');
  const position = schema.safeParse(read.at);
  return position.success ? position.data : refuseCursor('is not one that this list gave');
}

/** @throws Failure `request.invalid` that names `cursor` */
export function refuseCursor(message: string): never {
  throw new Failure('request.invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
}

function tagOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 8);
}
