/** What the queues of ingest-upload and the function agree on. */

/**
 * Receives of a message before the queue moves it to the dead-letter queue. A receive counts even if Lambda throttles the
 * invocation and the function never runs, and then takes a visibility timeout of 6 minutes: ten receives are an hour. With
 * the pauses of `processMessages`, ten failed attempts take an hour too.
 */
export const maxReceives = 10;
