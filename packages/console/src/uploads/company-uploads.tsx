import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useLocation } from 'react-router';
import { useClient } from '../api/client-context.tsx';
import { useCompany, useMay } from '../session/company.tsx';
import { ChosenFilesProvider } from './chosen-context.tsx';
import { DropAnywhere } from './drop-anywhere.tsx';
import { useUploadQueue, useUploadTasks } from './uploads-context.tsx';

// Not part of the first load: few visits upload.
const UploadTray = lazy(() => import('./upload-tray.tsx'));

/** What uploads need around the pages of a company: files to drop anywhere, and how far they are. */
export function CompanyUploads({ children }: { children: ReactNode }) {
  const mayUpload = useMay('user');
  if (!mayUpload) return children;
  return (
    <ChosenFilesProvider>
      {children}
      <DropAnywhere />
      <Restored />
    </ChosenFilesProvider>
  );
}

function Restored() {
  const { company, subject } = useCompany();
  const client = useClient();
  const queue = useUploadQueue();
  const all = useUploadTasks();
  const { pathname } = useLocation();
  useEffect(() => {
    void queue.restore({ client, company, subject });
  }, [queue, client, company, subject]);
  const page = `/${company}/upload`;
  // Those of other companies go on, and are shown where they are.
  const tasks = all.filter((task) => task.company === company);
  if (tasks.length === 0 || pathname === page) return null;
  return (
    <Suspense fallback={null}>
      <UploadTray tasks={tasks} to={page} />
    </Suspense>
  );
}
