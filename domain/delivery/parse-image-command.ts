import { Failure } from '../failure.ts';
import { type ImageCommand, readImageQuery } from './read-image-query.ts';

/**
 * The command that an image URL's query stands for.
 * @param query as sent, without `?`
 * @throws Failure `image.unknown-command`, `image.invalid-argument` or `image.too-large`, after the first of the
 * problems; its details name them all
 */
export function parseImageCommand(query: string): ImageCommand {
  const { command, problems } = readImageQuery(query);
  if (command) return command;
  const [first] = problems;
  throw new Failure(
    first?.code ?? 'image.invalid-argument',
    first ? `${first.field}: ${first.message}` : 'The query is wrong',
    {
      details: problems.map(({ field, message }) => ({ field, message })),
    },
  );
}
