import { type Client, createClient } from '@pressroom/client/create-client';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { ConsoleConfig } from '../session/console-config.ts';
import { fetchAsked } from '../session/early-requests.ts';
import { useSession } from '../session/session-context.tsx';
import { localDeliveryFetch } from './local-delivery.ts';

const ConfigContext = createContext<ConsoleConfig | undefined>(undefined);
interface CompanyClient {
  readonly client: Client;
  readonly company: string;
}

const CompanyClientContext = createContext<CompanyClient | undefined>(undefined);

export function ClientProvider({ config, children }: { config: ConsoleConfig; children: ReactNode }) {
  return <ConfigContext value={config}>{children}</ConfigContext>;
}

/** Gives the pages of a company a client that names it in every request. */
export function CompanyClientProvider({ company, children }: { company: string; children: ReactNode }) {
  const client = useNewClient(company);
  const value = useMemo(() => ({ client, company }), [client, company]);
  return <CompanyClientContext value={value}>{children}</CompanyClientContext>;
}

/** A client of the API, of one company or of none. */
export function useNewClient(company?: string): Client {
  const config = useContext(ConfigContext);
  const { getToken } = useSession();
  if (!config) throw new Error('There is no ClientProvider');
  return useMemo(() => {
    const localFetch = localDeliveryFetch(config);
    return createClient(config.api, getToken, {
      ...(company !== undefined && { company }),
      fetch: localFetch ?? fetchAsked,
    });
  }, [config, getToken, company]);
}

function useCompanyClient(): CompanyClient {
  const value = useContext(CompanyClientContext);
  if (!value) throw new Error('There is no CompanyClientProvider');
  return value;
}

/** The client of the company whose pages are open. */
export function useClient(): Client {
  return useCompanyClient().client;
}

/** The name of that company. */
export function useCompanyName(): string {
  return useCompanyClient().company;
}
