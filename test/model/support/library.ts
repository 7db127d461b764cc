/** What a sequence of actions needs of a library, in memory or on a local cloud: to act on it and to look at it. */
import type { Item } from '../../support/dynamodb/values.ts';

export const testMembers = ['ann', 'bob', 'admin'] as const;
export type TestMember = (typeof testMembers)[number];

export interface ApiResponse {
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
    who: TestMember,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiResponse>;
  /** Uploads a file and waits until the job has ended. */
  upload(who: TestMember, file: LibraryFile, options: Record<string, unknown>): Promise<ApiResponse>;
  /** Submits a publish job and waits until it has ended. */
  publishJob(who: TestMember, publish: string): Promise<ApiResponse>;
  /** When nothing is under way. */
  look(): Promise<Snapshot>;
}
