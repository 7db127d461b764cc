import type { posterRoutes } from '@pressroom/api/assets/poster-routes';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { assetEtag, toAssetResponse } from './asset-response.ts';

/** Sets or removes the poster of a video. */
async function setPoster(
  { company, user, params, body }: Pick<RequestOf<'setPoster'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'setPoster'> {
  const image = body.image === null ? null : Buffer.from(body.image, 'base64');
  const edit = { company, id: params.id, image, by: user.subject, at: dependencies.now() };
  const asset = await dependencies.assets.setPoster(edit);
  const { linksOf } = await previewLinker(company, [asset], dependencies);
  return { ...toAssetResponse(asset, dependencies.deliveryDomain), ...linksOf(asset) };
}

export const posterHandlers = {
  setPoster: { handle: setPoster, headersOf: assetEtag },
} satisfies HandlersOf<typeof posterRoutes>;
