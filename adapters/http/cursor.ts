import type * as z from 'zod';
import { Failure } from '../../domain/failure.ts';

/** A position in a list as opaque text. */
export function writeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor back.
 * @throws Failure `request.invalid` that names `cursor` when it is not one of this list
 */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const result = schema.safeParse(parse(cursor));
  if (result.success) return result.data;
  throw new Failure('request.invalid', 'cursor: is not one that this list gave', {
    details: [{ field: 'cursor', message: 'is not one that this list gave' }],
  });
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
