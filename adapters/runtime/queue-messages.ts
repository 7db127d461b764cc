import type { SQSEvent } from 'aws-lambda';

/** The bodies of the messages if the event is from a queue; undefined for another event, such as that of a clock. */
export function queueMessages(event: unknown): unknown[] | undefined {
  const { Records } = (event ?? {}) as Partial<SQSEvent>;
  return Records?.map(({ body }) => JSON.parse(body) as unknown);
}
