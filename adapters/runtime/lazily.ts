type Methods<Adapter> = {
  readonly [Name in keyof Adapter]: (...parameters: never[]) => Promise<unknown>;
};

type Method = (...parameters: unknown[]) => Promise<unknown>;

/**
 * An adapter that is loaded with the first call of one of its methods. A load that fails fails the call, and the next call
 * loads again.
 * @param methods all of them by name: they have to be known before the adapter is
 */
export function lazily<Adapter extends Methods<Adapter>>(
  load: () => Promise<Adapter>,
  methods: { readonly [Name in keyof Required<Adapter>]: true },
): Adapter {
  return Object.fromEntries(
    Object.keys(methods).map((name) => [
      name,
      async (...parameters: unknown[]) => {
        const method = (await load())[name as keyof Adapter] as unknown as Method;
        return method(...parameters);
      },
    ]),
  ) as unknown as Adapter;
}
