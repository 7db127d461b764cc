/** Checks whether a URL that a member gives may be called, as far as its text shows. Its addresses are checked when connecting. */
import { isIP } from 'node:net';
import { isLoopbackAddress, nonPublicKind } from './public-address.ts';

export interface CheckOptions {
  /** Local mode only: the own machine may be called too. */
  readonly allowLoopback?: boolean;
}

/** The URL in its canonical form, or the reason why it is refused: a public text without a full stop at its end. */
export type CheckedUrl = { readonly url: URL } | { readonly refused: string };

/** Characters. All common browsers and proxies accept this length. */
const maxUrlLength = 2_048;
/** Names that never lead to the public internet: IANA's special-use domain names, and ICANN's `internal`. */
const closedDomains = /(^|\.)(alt|example|home\.arpa|internal|invalid|local|localhost|onion|test)$/;
const localhost = /(^|\.)localhost$/;
/** Lengths of RFC 1035, 2.3.4. Host names must not have underscores, but some do. */
const label = /^[a-z0-9_-]{1,63}$/;
const maxHostLength = 253;

export function checkUrl(text: string, { allowLoopback = false }: CheckOptions = {}): CheckedUrl {
  if (text.length > maxUrlLength) return tooLong;
  // The WHATWG parser accepts these characters, and the displayed URL would not be the URL that is called.
  if (/[\p{Cc}\p{Cf}\p{Z}\\]/u.test(text)) {
    return refused(
      'The URL has a space, an invisible character or a backslash: percent-encode it or leave it out',
    );
  }
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined) {
    return refused('The URL must start with https:// or http:// and the name of a host');
  }
  if (authority.includes('@')) {
    return refused('The URL has credentials before its host: leave them out');
  }
  if (text.includes('#')) return refused('The URL has a fragment (#…), which is never sent: leave it out');
  if (!URL.canParse(text)) {
    return refused('The URL is not valid. A valid one: https://hooks.example.com/pressroom');
  }
  const url = new URL(text);
  if (url.href.length > maxUrlLength) return tooLong;
  const reason = hostProblem(hostOf(url), allowLoopback) ?? portProblem(url.port);
  return reason === undefined ? { url } : refused(reason);
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Whether this address may be called: a public one, or a loopback address if that is allowed.
 * @returns undefined if they may, otherwise the kind of the address
 */
export function refusedAddressKind(
  address: string,
  { allowLoopback = false }: CheckOptions,
): string | undefined {
  return allowLoopback && isLoopbackAddress(address) ? undefined : nonPublicKind(address);
}

function hostProblem(host: string, allowLoopback: boolean): string | undefined {
  if (isIP(host) !== 0) {
    const kind = refusedAddressKind(host, { allowLoopback });
    if (kind === undefined) return undefined;
    return `The host ${host} is not a public address (${kind}): only addresses of the public internet are allowed`;
  }
  if (allowLoopback && localhost.test(host)) return undefined;
  if (host.endsWith('.')) return `The host ${host} ends in a full stop: leave it out`;
  const labels = host.split('.');
  if (host.length > maxHostLength || !labels.every((part) => label.test(part))) {
    return (
      `The host ${host} is not a valid name: its parts must have 1 to 63 letters, digits and hyphens, ` +
      `and the whole name at most ${maxHostLength} characters`
    );
  }
  if (labels.length < 2 || closedDomains.test(host)) {
    return `The host ${host} is not a name of the public internet: use the full name, for example hooks.example.com`;
  }
  return undefined;
}

function portProblem(port: string): string | undefined {
  const number = Number(port);
  if (port === '' || number === 80 || number === 443 || number >= 1_024) return undefined;
  return `The port ${port} is not allowed: use 443, 80, or one from 1024 up`;
}

function refused(reason: string): CheckedUrl {
  return { refused: reason };
}

const tooLong = refused(`The URL is too long: at most ${maxUrlLength} characters are allowed`);
