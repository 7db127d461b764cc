import { type Server, servers } from '../delivery/server.ts';
import type { OverwriteMode } from '../upload/overwrite.ts';

/** What a company has chosen for itself. */
export interface CompanySettings {
  /** IANA name: job names tell the time there. */
  readonly timeZone: string;
  /** `now`: uploads that shall be live go live as soon as they are ingested. `mark`: they wait for the next job. */
  readonly publishOnUpload: 'now' | 'mark';
  /** A re-uploaded asset keeps its intent; else it is treated as a new upload. */
  readonly retainPublishState: boolean;
  /** Which asset of the same id an upload overwrites. */
  readonly overwriteMode: OverwriteMode;
  /** Whether JavaScript and HTML are taken, which run in the browsers of visitors. */
  readonly allowActiveContent: boolean;
  /** Whether the company has the server-directory server. */
  readonly serverDirectory: boolean;
}

export const defaultSettings: CompanySettings = {
  timeZone: 'UTC',
  publishOnUpload: 'now',
  retainPublishState: true,
  // An id is the key of a URL: who uploads one again means that URL, wherever the file lies.
  overwriteMode: 'any-folder-any-extension',
  allowActiveContent: false,
  serverDirectory: false,
};

/** The servers a company has: what "all servers" means when a job says where to publish to. */
export function serversOf(settings: Pick<CompanySettings, 'serverDirectory'>): Server[] {
  return servers.filter((server) => server !== 'server-directory' || settings.serverDirectory);
}
