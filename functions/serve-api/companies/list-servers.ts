import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { servers } from '../../../domain/delivery/server.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ListServersDependencies = Pick<SettingsStore, 'getSettings'>;

/** All servers, those that the company has on and the others. */
export async function listServers(
  { company }: Pick<RequestOf<'listServers'>, 'company'>,
  { getSettings }: ListServersDependencies,
): PromisedResponse<'listServers'> {
  const settings = await getSettings(company);
  return { items: servers.map((server) => ({ server, on: settings.servers.includes(server) })) };
}
