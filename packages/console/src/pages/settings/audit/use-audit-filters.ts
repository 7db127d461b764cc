import type { OperationRequest } from '@pressroom/client/create-client';
import { useSearchParams } from 'react-router';

type Query = Omit<NonNullable<OperationRequest<'exportAudit'>['query']>, 'format' | 'after'>;

const names = ['kind', 'by', 'subject', 'from', 'to'] as const;
type FilterName = (typeof names)[number];

interface AuditFilters {
  /** As the address of the page has them; `from` and `to` are days. */
  readonly filters: Readonly<Record<FilterName, string>>;
  readonly isFiltered: boolean;
  /** As the API takes them. */
  readonly query: Query;
  change(name: FilterName, value: string): void;
  reset(): void;
}

/** The filters of the audit. They are in the address, so that a link shows the same. */
export function useAuditFilters(): AuditFilters {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<
    FilterName,
    string
  >;
  const { kind, by, subject, from, to } = filters;
  return {
    filters,
    isFiltered: names.some((name) => filters[name] !== ''),
    query: {
      ...(kind && { kind }),
      ...(by && { by }),
      ...(subject && { subject }),
      ...within('from', from, '00:00:00.000'),
      ...within('to', to, '23:59:59.999'),
    },
    change(name, value) {
      setParams(
        (before) => {
          if (value) before.set(name, value);
          else before.delete(name);
          return before;
        },
        { replace: true },
      );
    },
    reset: () => setParams({}, { replace: true }),
  };
}

/** A day of the person's own zone as a time; nothing while the day is typed. */
function within(name: 'from' | 'to', day: string, time: string): Query {
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) ? {} : { [name]: at.toISOString() };
}
