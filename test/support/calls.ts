/** What all memory services have in common: each call passes a hook, and is recorded. */
import { AsyncLocalStorage } from 'node:async_hooks';

export type Service =
  | 'dynamodb'
  | 's3'
  | 'sqs'
  | 'stepfunctions'
  | 'eventbridge'
  | 'scheduler'
  | 'ses'
  | 'cloudfront'
  | 'cognito';

export type Input = Readonly<Record<string, unknown>>;

/** A call of a service, as the SDK's client sends it. */
export interface Call {
  readonly service: Service;
  /** Name of the command without its ending: `Update`, `CopyObject`, `SendMessage`. */
  readonly command: string;
  readonly input: Input;
  /**
   * What it reads or writes, a text for each: `<table> <partition key> <sort key>`, or for a query the partition alone;
   * `<bucket>/<key>`; URL of the queue; name of the execution, the schedule or the event bus.
   */
  readonly targets: readonly string[];
}

/**
 * Comes in place of every call. Fails it by throwing before `next`, loses its response by throwing behind it, holds it
 * up by waiting, repeats it as the SDK does by calling `next` twice, changes it by handing in another input.
 */
export type OnCall = (call: Call, next: (input?: Input) => Promise<object>) => Promise<object>;

export interface CallHook {
  /** Missing where every call simply works. Calls that the hook itself makes pass it by and are not recorded. */
  onCall: OnCall | undefined;
  /** All calls in the order in which they were made. */
  readonly calls: Call[];
}

export interface CalledService {
  readonly service: Service;
  /** @throws an error as the service's */
  execute(command: string, input: Input, original: Command): object | Promise<object>;
  targets(command: string, input: Input): readonly string[];
}

export interface Command {
  readonly input: object;
}

/** @returns what stands for the `send` of a client */
export function sendThrough(hook: CallHook, { service, execute, targets }: CalledService) {
  return async (command: Command): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const input = command.input as Input;
    const run = async (changed: Input = input) => ({
      $metadata: {},
      ...(await execute(name, changed, command)),
    });
    if (unhooked.getStore()) return run();
    const call: Call = { service, command: name, input, targets: targets(name, input) };
    hook.calls.push(call);
    const { onCall } = hook;
    return onCall ? unhooked.run(true, () => onCall(call, run)) : run();
  };
}

const unhooked = new AsyncLocalStorage<boolean>();

/** Does something that neither passes the hook nor is recorded: what a test prepares or looks up. */
export function aside<Result>(work: () => Promise<Result>): Promise<Result> {
  return unhooked.run(true, work);
}

export function callHook(): CallHook {
  return { onCall: undefined, calls: [] };
}

/** A client of the SDK, so that paginators and presigners take it, whose calls go elsewhere. */
export function withSend<Client extends object>(
  client: Client,
  send: (command: Command) => Promise<object>,
): Client {
  return Object.create(client, { send: { value: send } }) as Client;
}
