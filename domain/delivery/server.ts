/**
 * The publish targets ("Publish To"). Each has an origin bucket of its own.
 * Read by infra and functions alike: imports neither the CDK nor an SDK.
 */
export const servers = ['image-serving', 'image-rendering', 'video', 'server-directory'] as const;

export type Server = (typeof servers)[number];
