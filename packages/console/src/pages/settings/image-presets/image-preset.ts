import type { OperationResponse } from '@pressroom/client/create-client';

/** Image commands with a name. */
export type ImagePreset = OperationResponse<'listImagePresets'>['items'][number];
