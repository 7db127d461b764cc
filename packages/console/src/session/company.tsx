import { createContext, type ReactNode, useContext } from 'react';

export type Role = 'viewer' | 'user' | 'admin';

/** The company whose pages are open, and what the signed-in person may do in it. */
export interface Company {
  readonly company: string;
  readonly role: Role;
  /** The `sub` of the person. */
  readonly subject: string;
  /** IANA name of the company's time zone. */
  readonly timeZone: string;
}

const CompanyContext = createContext<Company | undefined>(undefined);

export function CompanyProvider({ value, children }: { value: Company; children: ReactNode }) {
  return <CompanyContext value={value}>{children}</CompanyContext>;
}

export function useCompany(): Company {
  const value = useContext(CompanyContext);
  if (!value) throw new Error('There is no CompanyProvider');
  return value;
}

const order: readonly Role[] = ['viewer', 'user', 'admin'];

/** Whether a role includes another one. */
export function hasRole(role: Role, needed: Role): boolean {
  return order.indexOf(role) >= order.indexOf(needed);
}

/** Whether the signed-in person has this role or a higher one. What is not allowed is not shown; the API refuses it. */
export function useMay(role: Role): boolean {
  return hasRole(useCompany().role, role);
}
