import type { OperationRequest } from '@pressroom/client/create-client';
import { useSearchParams } from 'react-router';

type LogQuery = NonNullable<OperationRequest<'readJobLog'>['query']>;

export interface LogFilters {
  readonly outcome?: string;
  readonly server?: NonNullable<LogQuery['server']>;
  readonly asset?: string;
}

/** The filters of the log and the number of a marked line, in the address. */
export function useLogFilters() {
  const [params, setParams] = useSearchParams();
  const read = (name: string) => params.get(name) ?? undefined;
  const filters = {
    ...(read('outcome') && { outcome: read('outcome') }),
    ...(read('server') && { server: read('server') }),
    ...(read('asset') && { asset: read('asset') }),
  } as LogFilters;
  return {
    filters,
    /** From 1, among the lines that the filters leave. */
    line: Number(read('line')) || undefined,
    change(name: keyof LogFilters, value: string | undefined) {
      setParams(
        (before) => {
          if (value) before.set(name, value);
          else before.delete(name);
          before.delete('line');
          return before;
        },
        { replace: true },
      );
    },
    /** The address of the page with this line marked. */
    linkTo(line: number): string {
      const url = new URL(location.href);
      url.searchParams.set('line', String(line));
      return url.href;
    },
  };
}
