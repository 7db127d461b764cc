/** Messages between an execution environment (a worker thread) and the local cloud. */

/** An error as Lambda reports it. It keeps its own name, because retries and catches depend on it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface WorkerSettings {
  /** Folder of the function's code, `/var/task` on AWS. */
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
  /** URL of a file to resolve `sharp` from, if the sharp in `folder` is for another platform. */
  readonly sharpFrom: string | undefined;
}

export type LogFormat = 'Text' | 'JSON';

/** Head of a streamed response; without `awslambda.HttpResponseStream.from` it is only a content type. */
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
  /** `payload` is JSON; it is absent if the handler streamed its response. */
  | { readonly type: 'done'; readonly requestId: string; readonly payload?: string }
  /** `fatal`: the environment ends with this error. */
  | {
      readonly type: 'failed';
      readonly requestId: string;
      readonly error: FunctionError;
      readonly fatal?: true;
    };
