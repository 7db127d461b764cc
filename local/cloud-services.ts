/**
 * What the parts of the local cloud offer to each other. Resources register themselves here when they are
 * created, and look each other up when they are used: never at creation.
 */
export interface InvokeResult {
  /** The handler's return value, or undefined where `error` is set. */
  readonly payload?: unknown;
  /** The error as Lambda reports it: its own name is kept, as Step Functions retries and catches by it. */
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace?: readonly string[];
  };
}

/** The head of a streamed answer of a function URL, then its body. */
export interface StreamedResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: AsyncIterable<Uint8Array>;
}

export interface LocalFunction {
  readonly arn: string;
  readonly name: string;
  /** Request and response; waits for an environment when the function's concurrency is used up. */
  invoke(event: unknown, options?: { signal?: AbortSignal }): Promise<InvokeResult>;
  /** For functions whose handler is wrapped with awslambda.streamifyResponse. */
  invokeStreaming(event: unknown): Promise<StreamedResponse>;
}

/** Short-lived credentials of a role, as STS gives them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When they end; ask again before that. */
  readonly expires: Date;
}

/** Decides an AWS call made with the credentials of a role, as IAM would. */
export interface Permissions {
  /** The role that an access key was issued for; `root` for the cloud's own key; undefined for a key not issued here. */
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

/** Answers one AWS service on the shared endpoint (`AWS_ENDPOINT_URL_<SERVICE>`): already authenticated, not yet authorised. */
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
  /** Folder below `.local/` that survives restarts. */
  readonly stateFolder: string;
  /** http://127.0.0.1:<port> of MiniStack: S3, SQS, EventBridge, Cognito, IAM, STS, SES. */
  readonly ministackEndpoint: string;
  /** http://127.0.0.1:<port> of our own endpoint for the services answered here: DynamoDB, Step Functions, CloudFront, Scheduler, SES. */
  readonly ownEndpoint: string;
  /** Admin credentials for the endpoints above, used by the local cloud itself. */
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly permissions: Permissions;
  /**
   * Credentials of a role of the template, known to MiniStack and to our own endpoint alike. Cached: cheap to ask
   * for before every call, and good for at least five minutes more.
   * @throws Error when no such role exists
   */
  credentialsFor(roleArn: string): Promise<RoleCredentials>;
  /** Functions by ARN. */
  readonly functions: Map<string, LocalFunction>;
  /** Registers the answers for a service by its signing name: `states`, `cloudfront`, `dynamodb`, `scheduler`. */
  registerEndpoint(service: string, endpoint: ServiceEndpoint): void;
  /** Puts an event of an AWS service (`aws.states`, …) on the account's default bus. */
  emitServiceEvent(event: {
    source: string;
    detailType: string;
    resources: readonly string[];
    detail: unknown;
  }): Promise<void>;
  /** Anything else that resources of one service share, by a name of theirs. Made on first use. */
  shared<T>(name: string, make: () => T): T;
  /** Waits for a free port of 127.0.0.1, the same one again after a restart where it is still free. */
  port(name: string): Promise<number>;
  /** Addresses to print and to write to `.local/endpoints.json`. */
  registerAddress(name: string, value: string): void;
  log(line: string): void;
}
