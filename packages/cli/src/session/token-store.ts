import { join } from 'node:path';
import type { Io } from '../io.ts';
import { configFolder } from './config-folder.ts';
import { readJsonFile, writePrivateFile } from './private-file.ts';

/** Tokens of one login. */
export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Only of people. */
  readonly refreshToken?: string;
}

type Place = Pick<Io, 'env'>;

const fileOf = ({ env }: Place) => join(configFolder(env), 'tokens.json');

async function readAll(place: Place): Promise<Readonly<Record<string, Tokens>>> {
  return ((await readJsonFile(fileOf(place))) as Readonly<Record<string, Tokens>> | undefined) ?? {};
}

export async function readTokens(place: Place, login: string): Promise<Tokens | undefined> {
  return (await readAll(place))[login];
}

/** @param tokens undefined: removes them */
export async function saveTokens(place: Place, login: string, tokens: Tokens | undefined): Promise<void> {
  const { [login]: _, ...others } = await readAll(place);
  const next = tokens === undefined ? others : { ...others, [login]: tokens };
  await writePrivateFile(fileOf(place), `${JSON.stringify(next, undefined, 2)}\n`);
}
