/** The OAuth scope of machine clients, in the user pool's terms: `pressroom/api`. */
export const apiScope = { resourceServer: 'pressroom', name: 'api', full: 'pressroom/api' } as const;
