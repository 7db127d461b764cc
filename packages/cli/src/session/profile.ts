/** How a profile gets tokens. */
export type Login =
  /** A person, by the login pages. The refresh token is stored beside the profiles. */
  | { readonly kind: 'browser'; readonly loginUrl: string; readonly clientId: string }
  /** A machine: the secret stays in the environment variable PRESSROOM_CLIENT_SECRET. */
  | { readonly kind: 'machine'; readonly tokenUrl: string; readonly clientId: string }
  /** A sample login of the local cloud. Accepted for addresses of this machine only. */
  | {
      readonly kind: 'password';
      readonly endpoint: string;
      readonly clientId: string;
      readonly name: string;
      readonly password: string;
    };

/** An installation and a company of it, with a login. */
export interface Profile {
  /** Address of the API, without `/v1`. */
  readonly api: string;
  readonly company?: string;
  readonly login?: Login;
  /** Of the local cloud, whose certificate no program knows: the address of the edge, and the same without TLS. */
  readonly delivery?: { readonly url: string; readonly plain: string };
}

export interface Profiles {
  /** The one that is used unless another is named. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** Whether an address is one of this machine. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
