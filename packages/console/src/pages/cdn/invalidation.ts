import type { OperationItem } from '@pressroom/client/create-client';

export type Invalidation = OperationItem<'listInvalidations'>;
