import { meRoutes } from '@pressroom/api/companies/me-routes';
import type { ResponseOf } from '@pressroom/api/route';
import { addressIn, type SignedInCaller } from '../../../adapters/http/company-request.ts';
import { type ServedRoute, serveSignedIn } from '../../../adapters/http/handle-request.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import type { Dependencies } from '../dependencies.ts';

/** Memberships that are read at a time. */
const readsAtATime = 10;

/** Who is signed in, and where: a query, and a read for each company. */
async function readMe(
  { subject, claims }: SignedInCaller,
  { members }: Dependencies,
): Promise<ResponseOf<typeof meRoutes.readMe>> {
  const companies = await members.listCompaniesOf(subject);
  const found = await inParallel(companies, readsAtATime, (company) => members.findMember(company, subject));
  const memberships = found.filter((member) => member !== undefined);
  const name = memberships.find((member) => member.name !== undefined)?.name ?? claims.name;
  const email = addressIn(claims) ?? memberships.find((member) => member.email !== undefined)?.email;
  return {
    subject,
    ...(typeof name === 'string' && { name }),
    ...(email !== undefined && { email }),
    companies: memberships.map(({ company, role, kind }) => ({ company, role, kind })),
  };
}

export function serveMe(dependencies: Dependencies): ServedRoute {
  return serveSignedIn(meRoutes.readMe, (caller) => readMe(caller, dependencies));
}
