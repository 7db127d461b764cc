import { type Server, servers } from '../delivery/server.ts';
import type { OverwriteMode } from '../uploads/overwrite.ts';

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
  /** The servers that the company has: where a job for all servers publishes, and where an asset can be due at all. */
  readonly servers: readonly Server[];
}

export const defaultSettings: CompanySettings = {
  timeZone: 'UTC',
  publishOnUpload: 'now',
  retainPublishState: true,
  // An id is the key of a URL: who uploads one again means that URL, wherever the file lies.
  overwriteMode: 'any-folder-any-extension',
  allowActiveContent: false,
  // Plain files below their folders are asked for by few.
  servers: ['image-serving', 'image-rendering', 'video'],
};

/** The servers a company has, in their usual order: what "all servers" means when a job says where to publish to. */
export function serversOf(settings: Pick<CompanySettings, 'servers'>): Server[] {
  return servers.filter((server) => settings.servers.includes(server));
}
