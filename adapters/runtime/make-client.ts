/** Of clients whose calls are short. */
export const callTimeouts = {
  /** Milliseconds. A connection inside a region takes a few; a dead one must cost a retry, not the function's time. */
  connectionTimeout: 2_000,
  /** Milliseconds. The services respond within some tens; after this time a retry is faster. */
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
} as const;

/** A client that is made once. */
export function once<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A client that is made when something of it is used: most environments never call most services, and each takes 1 ms. */
export function atFirstCall<Client extends object>(make: () => Client): () => Client {
  const client = once(make);
  return once(
    () =>
      new Proxy({} as Client, {
        get(_, name) {
          const value: unknown = Reflect.get(client(), name);
          return typeof value === 'function' ? value.bind(client()) : value;
        },
        // The paginators of the SDK take only what is an instance of their client.
        getPrototypeOf: () => Reflect.getPrototypeOf(client()),
      }),
  );
}
