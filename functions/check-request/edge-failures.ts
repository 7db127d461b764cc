/** The failures of the edge function; there is no room for the whole catalogue. A test compares them with it. */
export const edgeFailures = {
  'delivery.not-found': { status: 404, title: 'Not found' },
  'request.invalid': { status: 400, title: 'The request is not valid' },
} as const;
