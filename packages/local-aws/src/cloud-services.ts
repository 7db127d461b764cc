/**
 * What the parts of the local cloud offer to each other. Resources register themselves here when they are
 * created. They look each other up only when they are used, never at creation.
 */
export interface InvokeResult {
  /** The handler's return value; undefined if `error` is set. */
  readonly payload?: unknown;
  /** The error as Lambda reports it. It keeps its own name, because Step Functions retries and catches by name. */
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace?: readonly string[];
  };
  /** Lambda refused the call, so that nothing ran. `error` is the error of Lambda, not that of the handler. */
  readonly refused?: true;
}

/** The head of a streamed response of a function URL, then its body. */
export interface StreamedResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: AsyncIterable<Uint8Array>;
}

export interface LocalFunction {
  readonly arn: string;
  readonly name: string;
  /** Invokes synchronously. Waits for an environment while the function's concurrency is used up. */
  invoke(event: unknown, options?: { signal?: AbortSignal }): Promise<InvokeResult>;
  /** For functions whose handler is wrapped in awslambda.streamifyResponse. */
  invokeStreaming(event: unknown): Promise<StreamedResponse>;
}

/** Short-lived credentials of a role, from STS. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Time of expiry. Ask again before that. */
  readonly expires: Date;
}

/** Decides, as IAM does, about AWS calls made with the credentials of a role. */
export interface Permissions {
  /** Role ARN that an access key was issued for; `root` for the cloud's own key; undefined for an unknown key. */
  principalOf(accessKeyId: string): string | undefined;
  /**
   * @param principal role ARN or `root`
   * @param action `dynamodb:GetItem`
   * @param resource ARN
   * @param context condition keys
   */
  allows(
    principal: string,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string | string[]>>,
  ): Promise<boolean>;
}

/**
 * Serves one AWS service on the shared endpoint (`AWS_ENDPOINT_URL_<SERVICE>`). The caller is authenticated; the service
 * authorises the call.
 */
export type ServiceEndpoint = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: string;
}) => Promise<{ status: number; headers: Record<string, string>; body: string | Buffer }>;

export interface CloudServices {
  readonly region: string;
  readonly account: string;
  /** Folder that survives restarts. */
  readonly stateFolder: string;
  /** http://127.0.0.1:<port> of MiniStack: S3, SQS, EventBridge, Cognito, IAM, STS, SES. */
  readonly ministackEndpoint: string;
  /** http://127.0.0.1:<port> of our own endpoint: DynamoDB, Step Functions, CloudFront, Scheduler, SES. */
  readonly ownEndpoint: string;
  /** Admin credentials for the endpoints above, used by the local cloud itself. */
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly permissions: Permissions;
  /**
   * Credentials of a role of the template, known to MiniStack and to our own endpoint. They are cached, so ask before
   * every call, and are valid for at least 5 more minutes.
   * @throws Error if the role does not exist
   */
  credentialsFor(roleArn: string): Promise<RoleCredentials>;
  /** Functions by ARN. */
  readonly functions: Map<string, LocalFunction>;
  /** Registers a service by its signing name: `states`, `cloudfront`, `dynamodb`, `scheduler`. */
  registerEndpoint(service: string, endpoint: ServiceEndpoint): void;
  /** Emits an event of an AWS service (`aws.states`, …) on the account's default bus. */
  emitServiceEvent(event: {
    source: string;
    detailType: string;
    resources: readonly string[];
    detail: unknown;
  }): Promise<void>;
  /** Anything else that the resources of one service share, by name. Created on first use. */
  shared<T>(name: string, make: () => T): T;
  /** A free port of 127.0.0.1; after a restart the same port, if it is still free. */
  port(name: string): Promise<number>;
  /** Adds an address to those that the started cloud lists (`Cloud.addresses`). */
  addAddress(name: string, value: string): void;
  log(line: string): void;
}
