/**
 * Headers of every response of the API and of every download: browsers must not guess a type, and must use TLS for a year.
 * The edge sets the same for what it delivers (infra/stacks/delivery-stack.ts).
 */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
} as const;
