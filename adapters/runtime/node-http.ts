/**
 * `node:http` for the bundles of functions (infra/constructs/function-bundle.ts). Importing the module itself as an ES module
 * reads all its exports at once; one of them, `WebSocket`, loads Node's whole `fetch`: 25 ms of CPU at each cold start.
 */
const http: typeof import('node:http') = process.getBuiltinModule('node:http');

export const { Agent, ClientRequest, IncomingMessage, request } = http;
export default http;
