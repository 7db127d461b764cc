import { type ReactNode, Suspense, useEffect } from 'react';
import { Loading } from '../components/loading.tsx';
import { useCompany, useMay } from '../session/company.tsx';
import { pageTitles } from '../texts/pages.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { NotFound } from './not-found.tsx';
import type { PageRoute } from './routes.tsx';

/** Around each page: title of the window, loading of its script, errors of its own. */
export function PageFrame({ route, children }: { route: PageRoute; children: ReactNode }) {
  const { company } = useCompany();
  const isAllowed = useMay(route.role ?? 'viewer');
  useEffect(() => {
    document.title = `${pageTitles[route.id]} · ${company} · Pressroom`;
  }, [route.id, company]);
  if (!isAllowed) return <NotFound />;
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
