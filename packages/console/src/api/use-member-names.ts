import { useCompany } from '../session/company.tsx';
import { appTexts } from '../texts/app.ts';
import { useRead } from './use-read.ts';

/** Gives a function that names a person by their subject: "You", their name or address, or the subject itself. */
export function useMemberNames(): (subject: string) => string {
  const { subject: own } = useCompany();
  const { data } = useRead('settings', 'listMembers');
  return (subject) => {
    if (subject === own) return appTexts.you;
    const member = data?.items.find((one) => one.subject === subject);
    return member?.name ?? member?.email ?? subject;
  };
}
