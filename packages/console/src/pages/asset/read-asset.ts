import type { OperationResponse } from '@pressroom/client/create-client';

export type Asset = OperationResponse<'readAsset'>;

/** An asset with the ETag that a change of it needs. */
export interface ReadAsset {
  readonly body: Asset;
  readonly etag: string | undefined;
}
