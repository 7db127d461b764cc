/** Whether a URL is one that notifications may go to, as far as its text tells; its addresses are checked when it is dialled. */
import { isIP } from 'node:net';
import { isLoopbackAddress, whyNotPublic } from './public-address.ts';

export interface CheckOptions {
  /** Local mode only: the own machine may be notified too. */
  readonly allowLoopback?: boolean;
}

/** The URL in its canonical form, or why it is refused, as public text without a full stop at its end. */
export type CheckedUrl = { readonly url: URL } | { readonly refused: string };

/** Characters: as long as browsers and proxies take them anywhere. */
const maxUrlLength = 2_048;
/** Names that never lead to the public internet: IANA's special-use domain names, and ICANN's `internal`. */
const closedDomains = /(^|\.)(alt|example|home\.arpa|internal|invalid|local|localhost|onion|test)$/;
const localhost = /(^|\.)localhost$/;
/** RFC 1035, 2.3.4, by their lengths. Underscores are no host names', but are met with. */
const label = /^[a-z0-9_-]{1,63}$/;
const maxHostLength = 253;

export function checkUrl(text: string, { allowLoopback = false }: CheckOptions = {}): CheckedUrl {
  if (text.length > maxUrlLength) return tooLong;
  // The parser of WHATWG overlooks what is refused here, and what one sees would not be what is dialled.
  if (/[\p{Cc}\p{Cf}\p{Z}\\]/u.test(text)) {
    return refused(
      'The URL has a blank, an invisible character or a backslash: percent-encode it or leave it out',
    );
  }
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined) {
    return refused('The URL must start with https:// or http:// and the name of a host');
  }
  if (authority.includes('@')) {
    return refused(
      'The URL has credentials before its host: leave them out, and check the signature instead',
    );
  }
  if (text.includes('#')) return refused('The URL has a fragment (#…), which is never sent: leave it out');
  if (!URL.canParse(text)) {
    return refused('The URL is not valid: it must be like https://hooks.example.com/pressroom');
  }
  const url = new URL(text);
  if (url.href.length > maxUrlLength) return tooLong;
  const reason = whyNotHost(hostOf(url), allowLoopback) ?? whyNotPort(url.port);
  return reason === undefined ? { url } : refused(reason);
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Whether notifications may go to this address: it is public, or the own machine's where that is allowed.
 * @returns the kind of address it is if not
 */
export function whyNotDialled(address: string, { allowLoopback = false }: CheckOptions): string | undefined {
  return allowLoopback && isLoopbackAddress(address) ? undefined : whyNotPublic(address);
}

function whyNotHost(host: string, allowLoopback: boolean): string | undefined {
  if (isIP(host) !== 0) {
    const kind = whyNotDialled(host, { allowLoopback });
    if (kind === undefined) return undefined;
    return `The host ${host} is not a public address (${kind}): notifications go to the public internet only`;
  }
  if (allowLoopback && localhost.test(host)) return undefined;
  if (host.endsWith('.')) return `The host ${host} ends in a full stop: leave it out`;
  const labels = host.split('.');
  if (host.length > maxHostLength || !labels.every((part) => label.test(part))) {
    return (
      `The host ${host} is not a valid name: its parts have 1 to 63 letters, digits and hyphens, ` +
      `and it has at most ${maxHostLength} characters`
    );
  }
  if (labels.length < 2 || closedDomains.test(host)) {
    return `The host ${host} is not a name of the public internet: give the full name, as in hooks.example.com`;
  }
  return undefined;
}

function whyNotPort(port: string): string | undefined {
  const number = Number(port);
  if (port === '' || number === 80 || number === 443 || number >= 1_024) return undefined;
  return `The port ${port} is not allowed: use 443, 80, or one from 1024 up`;
}

function refused(reason: string): CheckedUrl {
  return { refused: reason };
}

const tooLong = refused(`The URL is too long: it may have at most ${maxUrlLength} characters`);
