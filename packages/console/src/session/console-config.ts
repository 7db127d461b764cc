/** What the console is configured with when it is deployed: `/config.json`. */
export interface ConsoleConfig {
  /** Base address of the API, without `/v1`. */
  readonly api: string;
  readonly signIn: {
    /** The `iss` of the tokens. */
    readonly issuer: string;
    readonly clientId: string;
    /** Address of the login pages, without a slash at its end. */
    readonly pages: string;
  };
  /** Of the local cloud only: origins of its edge with TLS and without. */
  readonly localDelivery?: { readonly https: string; readonly http: string };
}

/** @throws Error if it cannot be read */
export async function readConsoleConfig(): Promise<ConsoleConfig> {
  // The only request beside those of the client: it names the API that the client calls.
  // index.html loads it beside the scripts; its own headers say that it is not kept.
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`/config.json could not be read: ${response.status}`);
  return (await response.json()) as ConsoleConfig;
}
