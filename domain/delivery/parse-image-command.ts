import { Failure } from '../failure.ts';
import { type ImageCommand, readImageQuery } from './read-image-query.ts';

/**
 * Parses the query of an image URL. Unknown names are ignored.
 * @param query as sent, without `?`
 * @throws Failure `image.invalid-argument` or `image.too-large`: the code of the first problem, with all problems in
 * its details
 */
export function parseImageCommand(query: string): ImageCommand {
  const { command, problems } = readImageQuery(query);
  if (command) return command;
  const [first] = problems;
  throw new Failure(
    first?.code ?? 'image.invalid-argument',
    first ? `${first.field}: ${first.message}` : 'The query is not valid',
    {
      details: problems.map(({ field, message }) => ({ field, message })),
    },
  );
}
