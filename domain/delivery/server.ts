/** The publish targets ("Publish To"), in the order in which they are listed. Each has its own origin bucket. */
export const servers = ['image-serving', 'image-rendering', 'video', 'server-directory'] as const;

export type Server = (typeof servers)[number];
