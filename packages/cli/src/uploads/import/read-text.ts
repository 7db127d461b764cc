import { createReadStream } from 'node:fs';
import { CommandError } from '../../errors/command-error.ts';

/**
 * The text of a file, in pieces, without its byte order mark.
 * @throws CommandError if the file does not exist, or is not UTF-8
 */
export async function* readText(file: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const bytes of createReadStream(file)) {
      const text = decoder.decode(bytes as Uint8Array, { stream: true });
      if (text !== '') yield text;
    }
    decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(2, 'file.encoding', `${file} is not a text in UTF-8.`, 'Save it as UTF-8.');
  }
}
