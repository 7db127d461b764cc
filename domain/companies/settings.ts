import { type Server, servers } from '../delivery/server.ts';
import type { OverwriteMode } from '../uploads/overwrite.ts';

/** The settings of a company. */
export interface CompanySettings {
  /** IANA name. Job names contain the time in this zone. */
  readonly timeZone: string;
  /** `now`: uploads with intent live are published as soon as they are ingested. `mark`: the next job publishes them. */
  readonly publishOnUpload: 'now' | 'mark';
  /** A re-uploaded asset keeps its intent. If false, it is treated like a new upload. */
  readonly retainPublishState: boolean;
  /** Which assets with the same id an upload overwrites. */
  readonly overwriteMode: OverwriteMode;
  /** Accept JavaScript and HTML, which run in the browsers of visitors. */
  readonly allowActiveContent: boolean;
  /** Find the quality for `qlt=auto` of each uploaded image. */
  readonly autoQuality: boolean;
  /** The enabled servers. A job for all servers publishes to them, and assets can be pending only on them. */
  readonly servers: readonly Server[];
}

export const defaultSettings: CompanySettings = {
  timeZone: 'UTC',
  publishOnUpload: 'now',
  retainPublishState: true,
  // An id is the key of a delivery URL: an upload of the same id is meant for that URL, in whichever folder the asset is.
  overwriteMode: 'any-folder-any-extension',
  allowActiveContent: false,
  // It takes half a second of processor time for each image.
  autoQuality: false,
  // Few companies need server-directory.
  servers: ['image-serving', 'image-rendering', 'video'],
};

/** The enabled servers of a company in the order of `servers`: "all servers" in the options of a job. */
export function serversOf(settings: Pick<CompanySettings, 'servers'>): Server[] {
  return servers.filter((server) => settings.servers.includes(server));
}
