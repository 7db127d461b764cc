import type { OperationRequest } from '@pressroom/client/create-client';
import { useSearchParams } from 'react-router';
import { useCompany } from '../../session/company.tsx';

type ListQuery = NonNullable<OperationRequest<'listJobs'>['query']>;
export type JobSort = NonNullable<ListQuery['sort']>;

export const ranges = ['all', 'today', 'week', 'month', 'custom'] as const;
export type Range = (typeof ranges)[number];

const kinds = ['publish', 'upload', 'action'] as const;

/** What the address of the page says about the list. */
export interface JobFilters {
  readonly range: Range;
  /** Days, only of the range `custom`. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly kind: (typeof kinds)[number] | undefined;
  readonly mine: boolean;
  readonly status: string | undefined;
  readonly sort: JobSort;
  readonly descending: boolean;
}

interface UsedFilters {
  readonly filters: JobFilters;
  /** Whether anything is left out of the list. */
  readonly isFiltered: boolean;
  readonly query: ListQuery;
  change(values: Readonly<Record<string, string | undefined>>): void;
  reset(): void;
}

const dayMilliseconds = 86_400_000;

/** A day on the company's clocks: "2026-11-24". */
function dayOf(time: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(time);
}

/** The filters and the order of the list of jobs. They are in the address, so that a link shows the same. */
export function useJobFilters(): UsedFilters {
  const [params, setParams] = useSearchParams();
  const { timeZone } = useCompany();
  const read = (name: string) => params.get(name) ?? undefined;
  const kind = read('type');
  const sort = (read('sort') ?? 'started') as JobSort;
  const order = read('order');
  const filters: JobFilters = {
    range: ranges.find((range) => range === read('range')) ?? 'all',
    from: read('from'),
    to: read('to'),
    kind: kinds.find((one) => one === kind),
    mine: read('by') === 'mine',
    status: read('status'),
    sort,
    descending: order ? order === 'desc' : sort === 'started',
  };
  return {
    filters,
    isFiltered: ['range', 'type', 'by', 'status'].some((name) => params.has(name)),
    query: {
      limit: 50,
      ...rangeOf(filters, timeZone),
      ...(filters.kind && { kind: filters.kind }),
      ...(filters.mine && { by: 'mine' }),
      ...(filters.status && { status: filters.status }),
      ...(sort !== 'started' && { sort }),
      ...(order && { order: filters.descending ? 'desc' : 'asc' }),
    } as ListQuery,
    change(values) {
      setParams(
        (before) => {
          for (const [name, value] of Object.entries(values)) {
            if (value) before.set(name, value);
            else before.delete(name);
          }
          return before;
        },
        { replace: true },
      );
    },
    reset() {
      setParams({}, { replace: true });
    },
  };
}

function rangeOf({ range, from, to }: JobFilters, timeZone: string): { from?: string; to?: string } {
  const today = dayOf(Date.now(), timeZone);
  if (range === 'today') return { from: today };
  if (range === 'week') return { from: dayOf(Date.now() - 6 * dayMilliseconds, timeZone) };
  if (range === 'month') return { from: dayOf(Date.now() - 29 * dayMilliseconds, timeZone) };
  if (range === 'custom') return { ...(from && { from }), ...(to && { to }) };
  return {};
}
