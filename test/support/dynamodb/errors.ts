import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';

/** DynamoDB's error for a request that it does not take; the SDK has no class of its own for it. */
export function validationError(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message,
  });
}

/** @throws ValidationException where it does not hold */
export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw validationError(message);
}
