/** What a sequence of actions needs of a library, in memory or on a local cloud: to act on it and to look at it. */
import type { Item } from './expression.ts';

export const people = ['ann', 'bob', 'admin'] as const;
export type Person = (typeof people)[number];

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LibraryFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface SeenObject {
  readonly etag: string;
  readonly type: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** All that a company has. */
export interface Snapshot {
  /** Of the asset table. */
  readonly items: readonly Item[];
  /** `<server>:<key>` */
  readonly origins: ReadonlyMap<string, SeenObject>;
  /** `<key>@<version id>` → ETag */
  readonly masters: ReadonlyMap<string, string>;
  readMaster(key: string, versionId: string): Promise<string>;
}

export interface Library {
  readonly company: string;
  /** @param path below the company */
  call(
    who: Person,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Uploads a file and waits until the job has ended. */
  upload(who: Person, file: LibraryFile, options: Record<string, unknown>): Promise<Answer>;
  /** Submits a publish job and waits until it has ended. */
  publishJob(who: Person, publish: string): Promise<Answer>;
  /** When nothing is under way. */
  look(): Promise<Snapshot>;
}
