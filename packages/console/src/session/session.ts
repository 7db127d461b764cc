import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { ConsoleConfig } from './console-config.ts';

/** Seconds before its end from which on a token is renewed: longer than a request and the difference of two clocks. */
const renewBeforeSeconds = 60;

/** Who is signed in. The rights are not part of it: they come from the API. */
export interface Session {
  /**
   * Finishes a sign-in, takes up the one that the browser has stored, or leaves for the login pages.
   * @returns whether somebody is signed in; otherwise the browser leaves this page
   * @throws Error with what the login pages reported
   */
  begin(): Promise<boolean>;
  /**
   * The token of a request. If the session has ended, it waits until somebody has signed in again, so that a request
   * that saves typed text is sent then.
   */
  readonly getToken: (options: { readonly renew: boolean }) => Promise<string>;
  /** Whether the session has ended, so that somebody has to sign in again. */
  hasEnded(): boolean;
  /** Calls `listener` when `hasEnded` changes. Returns a function that ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Signs in again in another window, so that this page stays as it is. */
  signInAgain(): Promise<void>;
  /** Leaves for the login pages. */
  signOut(): Promise<void>;
}

export function createSession({ signIn: { issuer, clientId, pages } }: ConsoleConfig): Session {
  const home = `${location.origin}/`;
  const manager = new UserManager({
    authority: issuer,
    // Given, not discovered: one request less at the start, and a Content-Security-Policy with one host less.
    metadata: {
      issuer,
      authorization_endpoint: `${pages}/oauth2/authorize`,
      token_endpoint: `${pages}/oauth2/token`,
    },
    client_id: clientId,
    redirect_uri: home,
    popup_redirect_uri: home,
    scope: 'openid email profile',
    automaticSilentRenew: false,
    // All tabs have one session.
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
  const listeners = new Set<() => void>();
  let ended = false;
  let renewal: Promise<string> | undefined;
  let resume: (() => void)[] = [];

  function setEnded(value: boolean): void {
    ended = value;
    if (!value) {
      for (const go of resume) go();
      resume = [];
    }
    for (const listener of listeners) listener();
  }

  async function renew(): Promise<string> {
    try {
      const user = await manager.signinSilent();
      if (user) return user.access_token;
    } catch (error) {
      // A refused refresh token ends the session. A network that is down does not.
      if (!(error instanceof ErrorResponse)) throw error;
    }
    setEnded(true);
    await new Promise<void>((resolve) => resume.push(resolve));
    return (await manager.getUser())?.access_token ?? '';
  }

  return {
    async begin() {
      const { searchParams, pathname } = new URL(location.href);
      if (pathname === '/' && searchParams.has('state')) {
        const user = await manager.signinCallback();
        // Without a user this is the window of `signInAgain`, which closes now.
        if (!user) return false;
        history.replaceState(null, '', pathOf(user));
        return true;
      }
      const user = await manager.getUser();
      if (user?.refresh_token) return true;
      const { pathname: path, search, hash } = location;
      await manager.signinRedirect({ state: { path: path + search + hash } });
      return false;
    },
    async getToken({ renew: isRefused }) {
      if (!renewal) {
        const user = await manager.getUser();
        if (!isRefused && user && (user.expires_in ?? 0) > renewBeforeSeconds) return user.access_token;
      }
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
    hasEnded: () => ended,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signInAgain() {
      await manager.signinPopup();
      setEnded(false);
    },
    async signOut() {
      await manager.removeUser();
      location.assign(
        `${pages}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: home }).toString()}`,
      );
    },
  };
}

function pathOf(user: User): string {
  const { path } = (user.state ?? {}) as { path?: string };
  // Only a path of this origin: `//host` would be another one.
  return path?.startsWith('/') && !path.startsWith('//') ? path : '/';
}
