import { createHash } from 'node:crypto';
import type { CloudServices } from '../cloud-services.ts';
import type { CorsConfiguration } from './cors.ts';
import type { JwtAuthorizerOptions } from './jwt-authorizer.ts';

export interface ApiRoute {
  /** `ANY /v1/{proxy+}`, `$default` */
  readonly routeKey: string;
  readonly integrationId: string;
  /** Undefined for a public route. */
  readonly authorizerId: string | undefined;
  readonly scopes: readonly string[];
}

interface ApiIntegration {
  /** Includes the qualifier of an alias or a version. */
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

export interface ApiStage {
  /** `$default` is served at the root; other stages at their name as the first segment of the path. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly accessLogFormat: string | undefined;
}

/** One HTTP API, assembled from its resources: each adds its part under its own id. */
export interface ApiDefinition {
  cors: CorsConfiguration | undefined;
  readonly routes: Map<string, ApiRoute>;
  readonly integrations: Map<string, ApiIntegration>;
  readonly authorizers: Map<string, JwtAuthorizerOptions>;
  readonly stages: Map<string, ApiStage>;
}

/** The definition of an API, created on first use. */
export function apiDefinition(services: Pick<CloudServices, 'shared'>, apiId: string): ApiDefinition {
  const all = services.shared('http-apis', () => new Map<string, ApiDefinition>());
  const found = all.get(apiId) ?? emptyDefinition();
  all.set(apiId, found);
  return found;
}

export function emptyDefinition(): ApiDefinition {
  return {
    cors: undefined,
    routes: new Map(),
    integrations: new Map(),
    authorizers: new Map(),
    stages: new Map(),
  };
}

/** An id in the form of API Gateway (letters and digits), the same at every start. */
export function stableId(name: string, length: number): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
