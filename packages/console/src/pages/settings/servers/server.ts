import type { OperationResponse } from '@pressroom/client/create-client';

/** A server, and whether it is on for the company. */
export type Server = OperationResponse<'listServers'>['items'][number];
