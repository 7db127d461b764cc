/** Assets that one call may name: of the time it has, each takes some 20 ms, 25 side by side. */
export const maxSelectedAssets = 1_000;

/** Milliseconds that a call works on many assets. API Gateway gives up after 30 s; the rest is for what is under way. */
export const maxCallMs = 20_000;
