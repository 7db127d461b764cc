import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { AttemptOutcome } from '../../domain/notifications/attempt-decision.ts';
import { type CheckOptions, checkUrl, hostOf, whyNotDialled } from './check-url.ts';

export interface WebhookRequest {
  readonly url: string;
  /** What signs it. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, byte for byte what was signed. */
  readonly body: string;
}

interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

export interface SendOptions extends CheckOptions {
  /** Milliseconds for all of it: the look-up, the connection, the answer. */
  readonly timeout?: number;
  /** All addresses of a host; rejects if there is no such host. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

/** Milliseconds (DOMAIN.md, "HTTP notification and chaining"; Standard Webhooks: 15 to 30 s). */
const defaultTimeout = 15_000;
/** Bytes that are read of an answer. */
const maxResponseBytes = 4_096;

/**
 * Sends a notification to a public address. The host is looked up once, every address of it is checked, and these are
 * the ones that are dialled, so a name that leads elsewhere by then wins nothing. No redirect is followed and no proxy
 * of the environment is used. Never rejects: whatever goes wrong is an outcome.
 */
export async function sendWebhook(
  request: WebhookRequest,
  options: SendOptions = {},
): Promise<AttemptOutcome> {
  const { timeout = defaultTimeout, resolve = lookUp } = options;
  const checked = checkUrl(request.url, options);
  if ('refused' in checked) return { outcome: 'refused', reason: checked.refused };
  const host = hostOf(checked.url);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  try {
    const addresses = await abortable(deadline.signal, addressesOf(host, resolve));
    for (const { address } of addresses) {
      const kind = whyNotDialled(address, options);
      if (kind !== undefined) return { outcome: 'refused', reason: closedAddress(host, kind) };
    }
    return await post(checked.url, request, addresses, deadline.signal);
  } catch (error) {
    return { outcome: 'failed', ...failureOf(error, checked.url, deadline.signal.aborted, timeout) };
  } finally {
    clearTimeout(timer);
  }
}

// The address itself is not named: who may set a URL need not learn what it leads to inside.
function closedAddress(host: string, kind: string): string {
  return (
    `The host ${host} leads to an address that is not public (${kind}): notifications go to the public internet ` +
    'only, and every address of the host must belong to it'
  );
}

function lookUp(host: string): Promise<Address[]> {
  return lookup(host, { all: true });
}

async function addressesOf(
  host: string,
  resolve: (host: string) => Promise<readonly Address[]>,
): Promise<readonly Address[]> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw Object.assign(new Error('No address'), { code: 'ENOTFOUND' });
  return addresses;
}

/** A look-up cannot be called off: it is left alone when the time is up. */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function post(
  url: URL,
  { headers, body }: WebhookRequest,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const bytes = Buffer.from(body);
  const sending = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'user-agent': 'Pressroom-Webhook/1',
      ...headers,
    },
    // An agent of its own keeps no connection, and knows no proxy.
    agent: false,
    lookup: lookupFrom(addresses),
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    signal,
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sending.on('response', resolve).on('error', reject);
      // After an answer 101 that nobody asked for there is neither a response nor an error, and the signal is past.
      sending.on('close', () => reject(new Error('Closed without an answer')));
      sending.end(bytes);
    });
    const { statusCode: status = 0, headers: responseHeaders } = response;
    const retryAfter = responseHeaders['retry-after'];
    return {
      outcome: 'responded',
      status,
      ...(await readStart(response)),
      ...(retryAfter !== undefined && { retryAfter }),
    };
  } finally {
    sending.destroy();
  }
}

/** Asked by the socket for the host's addresses: it gets those that were checked, and tries them in turn. */
function lookupFrom(addresses: readonly Address[]): LookupFunction {
  return (_, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

/** The status is the answer; the body is only shown to people. So what came of it will do, when the rest does not. */
async function readStart(response: IncomingMessage): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let truncated = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxResponseBytes) break;
    }
  } catch {
    truncated = true;
  }
  return {
    body: Buffer.concat(chunks).subarray(0, maxResponseBytes).toString(),
    truncated: truncated || length > maxResponseBytes,
  };
}

type Failed = Omit<Extract<AttemptOutcome, { outcome: 'failed' }>, 'outcome'>;

function failureOf(error: unknown, { host, protocol }: URL, isTimeUp: boolean, timeout: number): Failed {
  if (isTimeUp) {
    return { cause: 'timeout', reason: `${host} gave no answer within ${timeout / 1_000} seconds` };
  }
  const code = String((error as { code?: unknown }).code ?? '');
  if (/^(ENOTFOUND|ENODATA|EAI_)/.test(code)) {
    return { cause: 'unknown-host', reason: `${host} has no address (${code}): check the name in the URL` };
  }
  if (/^HPE_/.test(code)) {
    return {
      cause: 'not-http',
      reason: `what ${host} answered is not HTTP/1.1 (${code}): check scheme and port`,
    };
  }
  if (
    protocol === 'https:' &&
    /^(EPROTO|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)
  ) {
    const certificate =
      'it needs a certificate that is valid for its name, with the chain that leads to a public root';
    return { cause: 'tls', reason: `${host} could not be trusted (${code}): ${certificate}` };
  }
  const detail = code === '' ? '' : ` (${code})`;
  return {
    cause: 'unreachable',
    reason: `${host} could not be reached, or broke off${detail}: check that it listens there`,
  };
}
