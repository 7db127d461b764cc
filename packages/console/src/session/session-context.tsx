import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Session } from './session.ts';

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('There is no SessionProvider');
  return session;
}

/** Whether the session has ended. */
export function useHasEnded(): boolean {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => session.hasEnded());
}
