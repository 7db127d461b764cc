import type {
  Client,
  OperationName,
  OperationRequest,
  OperationResponse,
} from '@pressroom/client/create-client';

type CallWithRequest = <Name extends OperationName>(
  name: Name,
  request: OperationRequest<Name> | undefined,
) => Promise<OperationResponse<Name>>;

/** `client.call` where the operation is a type parameter: its rest parameter cannot be written there. */
export function callOperation<Name extends OperationName>(
  client: Client,
  name: Name,
  request: OperationRequest<Name> | undefined,
): Promise<OperationResponse<Name>> {
  return (client.call as CallWithRequest)(name, request);
}
