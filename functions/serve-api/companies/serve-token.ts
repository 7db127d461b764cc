import { publicTokenRoutes } from '@pressroom/api/companies/machine-routes';
import type { ResponseOf } from '@pressroom/api/route';
import { checkValues } from '../../../adapters/http/check-values.ts';
import { readBody } from '../../../adapters/http/company-request.ts';
import { jsonResponse, type ServedRoute } from '../../../adapters/http/handle-request.ts';
import { exchangeToken } from '../../../application/companies/exchange-token.ts';
import { companyPattern } from '../../../domain/companies/company-name.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';

const { exchangeToken: route } = publicTokenRoutes;

async function exchange(
  company: string,
  token: string,
  { members, foreignTokens, accessTokens, randomBytes, sha256, clock }: Dependencies,
): Promise<ResponseOf<typeof route>> {
  if (!companyPattern.test(company))
    throw new Failure(
      'access.token-refused',
      `The token is refused: ${company} cannot be the name of a company`,
    );
  const {
    token: accessToken,
    member,
    seconds,
  } = await exchangeToken(company, token, {
    ...members,
    ...foreignTokens,
    ...accessTokens,
    randomBytes,
    sha256,
    clock,
  });
  return { accessToken, tokenType: 'Bearer', expiresIn: seconds, subject: member.subject, role: member.role };
}

export function serveToken(dependencies: Dependencies): ServedRoute {
  return {
    ...route,
    respond: async (event, params) => {
      const { token } = checkValues(route.body, readBody(event));
      return jsonResponse(200, await exchange(params.company ?? '', token, dependencies));
    },
  };
}
