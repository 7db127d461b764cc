import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import { servers } from '../../../domain/delivery/server.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

export type ListServersDependencies = Pick<SettingsRecords, 'getSettings'>;

/** All servers, those that the company has on and the others. */
export async function listServers(
  { company }: Pick<RequestOf<'listServers'>, 'company'>,
  { getSettings }: ListServersDependencies,
): ReplyOf<'listServers'> {
  const settings = await getSettings(company);
  return { items: servers.map((server) => ({ server, on: settings.servers.includes(server) })) };
}
