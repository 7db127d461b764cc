import { maxUsageDays, type usageRoutes } from '@pressroom/api/companies/usage-routes';
import { usageByPeriod } from '../../../domain/companies/usage.ts';
import { invalidField } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

const dayMs = 86_400_000;

/** Two read units for a month, about 10 for a year. */
async function readUsage(
  { company, query }: Pick<RequestOf<'readUsage'>, 'company' | 'query'>,
  { companies, now }: Dependencies,
): PromisedResponse<'readUsage'> {
  const to = query.to ?? now().slice(0, 10);
  const from = query.from ?? `${to.slice(0, 7)}-01`;
  if (from > to) throw invalidField('from', `is ${from}; it must not be after ${to}`);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days > maxUsageDays)
    throw invalidField('from', `is ${days} days before the end; at most ${maxUsageDays} days are kept`);
  const [quota, usage] = await Promise.all([
    companies.readQuota(company),
    companies.readUsage(company, from, to),
  ]);
  return {
    quota,
    items: usageByPeriod(usage, query.by).map(({ stored, ...period }) => ({
      ...pick(period, ['period', 'requests', 'bytes']),
      ...(stored && { stored: pick(stored, ['assets', 'masterBytes', 'publishedBytes', 'counted']) }),
    })),
  };
}

export const usageHandlers = { readUsage } satisfies HandlersOf<typeof usageRoutes>;
