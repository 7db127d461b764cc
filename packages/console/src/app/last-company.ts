const key = 'pressroom.company';

/** The company that this browser had open last. */
export function lastCompany(): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

export function rememberCompany(company: string): void {
  localStorage.setItem(key, company);
}
