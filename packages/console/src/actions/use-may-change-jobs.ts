import { useCompany, useMay } from '../session/company.tsx';

/** Who may change a job: its owner and its submitter. */
interface OwnedJob {
  readonly user?: string | undefined;
  readonly submittedBy?: string | undefined;
}

/** Whether the signed-in person may cancel, retry and undo a job, or notify about it again: users their own, admins all. */
export function useMayChangeJobs(): (job: OwnedJob) => boolean {
  const { subject } = useCompany();
  const mayAll = useMay('admin');
  const mayOwn = useMay('user');
  return ({ user, submittedBy }) => mayAll || (mayOwn && (user === subject || submittedBy === subject));
}
