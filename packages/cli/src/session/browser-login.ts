import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { CommandError, signedOutError } from '../errors/command-error.ts';
import type { Io } from '../io.ts';
import { requestToken } from './request-token.ts';
import type { Tokens } from './token-store.ts';

/** The address has to be one of the setting `callbackUrls`, so the port is always the same. */
export const callbackPort = 8976;
export const callbackUrl = `http://localhost:${callbackPort}/callback`;

/** Milliseconds to sign in. */
const loginTimeoutMs = 300_000;

interface BrowserLogin {
  readonly loginUrl: string;
  readonly clientId: string;
  /** Called with the address of the login page when the redirect can be received. */
  readonly onReady: (url: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Signs a person in by the login pages: authorization code with PKCE (RFC 7636), and a redirect to this machine (RFC 8252).
 * @throws CommandError where the login is refused, takes too long, or the port is in use
 */
export async function loginInBrowser(
  io: Io,
  { loginUrl, clientId, onReady, signal }: BrowserLogin,
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const server = createServer();
  try {
    await listen(server);
    const code = receiveCode(server, state, signal);
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callbackUrl,
      scope: 'openid email profile',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    onReady(`${loginUrl}/oauth2/authorize?${query}`);
    return await requestToken(io, `${loginUrl}/oauth2/token`, {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: callbackUrl,
      code: await code,
      code_verifier: verifier,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CommandError(
              1,
              'login.port-in-use',
              `Port ${callbackPort} of this machine is in use, so the login page cannot return to pressroom.`,
              'End the other program, for example an earlier pressroom login.',
            )
          : error,
      ),
    );
    server.listen(callbackPort, '127.0.0.1', resolve);
  });
}

function receiveCode(server: Server, state: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(signedOutError('Nobody signed in within 5 minutes.')),
      loginTimeoutMs,
    );
    const finish = (work: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      work();
    };
    const abort = () => finish(() => reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    server.on('request', ({ url = '/' }, response) => {
      const { pathname, searchParams } = new URL(url, callbackUrl);
      if (pathname !== '/callback') return respond(response, 404, 'Nothing is here.');
      // Another page could call this address with a code of its own.
      if (!isSame(searchParams.get('state') ?? '', state))
        return respond(response, 400, 'This login does not belong to the command that waits.');
      const code = searchParams.get('code');
      if (code) {
        respond(response, 200, 'You are signed in. You can close this page.');
        return finish(() => resolve(code));
      }
      const reason = searchParams.get('error_description') ?? searchParams.get('error') ?? 'no reason given';
      respond(response, 400, 'The login was refused. The terminal has the reason.');
      return finish(() => reject(signedOutError(`The login was refused: ${reason}.`)));
    });
  });
}

function respond(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
