import type { IncomingMessage } from 'node:http';
import type { AttemptOutcome } from '../../domain/notifications/attempt-decision.ts';
import { type CheckOptions, checkUrl, hostOf, refusedAddressKind } from './check-url.ts';
import { type Address, abortable, addressesOf, lookUp, requestFrom, responseTo } from './public-request.ts';

export interface WebhookRequest {
  readonly url: string;
  /** The headers with the signature. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, byte for byte as it was signed. */
  readonly body: string;
}

export interface SendOptions extends CheckOptions {
  /** Milliseconds for the whole call: look-up, connection and response. */
  readonly timeout?: number;
  /** All addresses of a host. Rejects if the host does not exist. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

/** Milliseconds. Standard Webhooks recommends 15 to 30 s. */
const defaultTimeout = 15_000;
/** Bytes of a response that are read. */
const maxResponseBytes = 4_096;

/**
 * Sends a notification to a public address. The host is looked up once, all its addresses are checked, and the call
 * connects to exactly these. A name that changes its addresses meanwhile gains nothing. The call follows no redirect and
 * uses no proxy of the environment. Never rejects: every error is an outcome.
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
      const kind = refusedAddressKind(address, options);
      if (kind !== undefined) return { outcome: 'refused', reason: closedAddress(host, kind) };
    }
    return await post(checked.url, request, addresses, deadline.signal);
  } catch (error) {
    return { outcome: 'failed', ...failureOf(error, checked.url, deadline.signal.aborted, timeout) };
  } finally {
    clearTimeout(timer);
  }
}

// The text does not name the address: a member who sets a URL must not learn about internal networks.
function closedAddress(host: string, kind: string): string {
  return (
    `The host ${host} has an address that is not public (${kind}): only addresses of the public internet are ` +
    'allowed, and every address of the host must be public'
  );
}

async function post(
  url: URL,
  { headers, body }: WebhookRequest,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const bytes = Buffer.from(body);
  const sending = requestFrom(addresses, url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'user-agent': 'Pressroom-Webhook/1',
      ...headers,
    },
    signal,
  });
  try {
    const response = await responseTo(sending, bytes);
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

/** Only the status matters; members just see the body. If the rest of the body is lost, its start is enough. */
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
    return { cause: 'timeout', reason: `${host} did not respond within ${timeout / 1_000} seconds` };
  }
  const code = String((error as { code?: unknown }).code ?? '');
  if (/^(ENOTFOUND|ENODATA|EAI_)/.test(code)) {
    return {
      cause: 'unknown-host',
      reason: `${host} has no address (${code}): check the host name in the URL`,
    };
  }
  if (/^HPE_/.test(code)) {
    return {
      cause: 'not-http',
      reason: `the response of ${host} is not HTTP/1.1 (${code}): check the scheme and the port of the URL`,
    };
  }
  if (
    protocol === 'https:' &&
    /^(EPROTO|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)
  ) {
    const certificate = 'it needs a certificate that is valid for its name, with the chain to a public root';
    return { cause: 'tls', reason: `the certificate of ${host} is not trusted (${code}): ${certificate}` };
  }
  const detail = code === '' ? '' : ` (${code})`;
  return {
    cause: 'unreachable',
    reason: `${host} could not be reached, or the connection broke${detail}: check that a server listens there`,
  };
}
