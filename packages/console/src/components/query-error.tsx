import Button from '@cloudscape-design/components/button';
import { appTexts } from '../texts/app.ts';
import { isForbidden } from './describe-error.ts';
import { ErrorState } from './error-state.tsx';

interface QueryErrorProps {
  readonly query: { readonly error: unknown; readonly isFetching: boolean; refetch(): unknown };
}

/** In place of what a query could not load, with a button that tries again. */
export function QueryError({ query }: QueryErrorProps) {
  const action = (
    <Button loading={query.isFetching} onClick={() => void query.refetch()}>
      {appTexts.tryAgain}
    </Button>
  );
  return <ErrorState error={query.error} {...(!isForbidden(query.error) && { action })} />;
}
