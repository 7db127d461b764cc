/** What an execution environment (a worker thread) and the local cloud tell each other. */

/** An error as Lambda reports it: the handler's own name is kept, as retries and catches go by it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface WorkerSettings {
  /** Folder of the function's code, what `/var/task` is on AWS. */
  readonly folder: string;
  /** `index.handler` */
  readonly handler: string;
  readonly logFile: string;
  readonly logFormat: LogFormat;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** URL of a file whose `node_modules` has a sharp for this platform, where the one in `folder` has none. */
  readonly sharpFrom: string | undefined;
}

export type LogFormat = 'Text' | 'JSON';

/** What a streaming handler said before its first byte; without `awslambda.HttpResponseStream.from` only a type. */
export interface StreamHead {
  readonly contentType: string;
  readonly metadata?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly cookies?: readonly string[];
  };
}

export type ToWorker =
  | {
      readonly type: 'invoke';
      readonly requestId: string;
      /** JSON */
      readonly event: string;
      /** Milliseconds since 1970. */
      readonly deadline: number;
      readonly invokedFunctionArn: string;
    }
  | { readonly type: 'consumed'; readonly requestId: string; readonly bytes: number };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'init-failed'; readonly error: FunctionError }
  | { readonly type: 'head'; readonly requestId: string; readonly head: StreamHead }
  | { readonly type: 'chunk'; readonly requestId: string; readonly bytes: Uint8Array }
  /** `payload` is JSON; it is missing where the handler streamed its answer. */
  | { readonly type: 'done'; readonly requestId: string; readonly payload?: string }
  /** `fatal`: the environment is lost with it. */
  | {
      readonly type: 'failed';
      readonly requestId: string;
      readonly error: FunctionError;
      readonly fatal?: true;
    };
