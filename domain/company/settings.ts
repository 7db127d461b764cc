import { type Server, servers } from '../delivery/server.ts';

/** What a company has chosen for itself. */
export interface CompanySettings {
  /** IANA name: job names tell the time there. */
  readonly timeZone: string;
  /** `now`: uploads that shall be live go live as soon as they are ingested. `mark`: they wait for the next job. */
  readonly publishOnUpload: 'now' | 'mark';
  /** A re-uploaded asset keeps its intent; else it is treated as a new upload. */
  readonly retainPublishState: boolean;
  /** Whether the company has the server-directory server. */
  readonly serverDirectory: boolean;
}

export const defaultSettings: CompanySettings = {
  timeZone: 'UTC',
  publishOnUpload: 'now',
  retainPublishState: true,
  serverDirectory: false,
};

/** The servers a company has: what "all servers" means when a job says where to publish to. */
export function serversOf(settings: Pick<CompanySettings, 'serverDirectory'>): Server[] {
  return servers.filter((server) => server !== 'server-directory' || settings.serverDirectory);
}
