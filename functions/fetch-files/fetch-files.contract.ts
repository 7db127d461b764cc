/** What the queue of fetch-files and the function agree on. */

/** Receives of a message before it is given up. With the pauses of `processMessages`, ten failed attempts take about an hour. */
export const maxReceives = 10;
