/**
 * Adapters each call of which a test can make fail, before or after it has happened. The fault comes at the client: the
 * first command of the call is not sent, or the response to its last one is lost. A call that sends nothing cannot fail.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Call, CallHook } from './calls.ts';

export type When = 'before' | 'after';

export interface Faults {
  /** Calls of adapters by name, in order; those that list something are missing. */
  readonly calls: string[];
  /**
   * Throws to make a call of an adapter fail, waits to hold it up; may also change the cloud, as somebody else would
   * meanwhile.
   * @param number of the call: the first is 1
   */
  fault: (call: string, when: When, args: readonly unknown[], number: number) => unknown;
  /** The same for each command that an adapter sends to a service; the adapter may handle what it throws. */
  commandFault: (when: When, command: Call) => unknown;
}

/** A call of an adapter that is under way. */
interface AdapterCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly number: number;
  hasBegun: boolean;
  /** The fault that it failed with: it sends nothing more, whatever the adapter makes of it. */
  error?: unknown;
}

/** @param faults read at every call, so that a test may change it */
export function faultable<Adapters extends object>(
  hook: CallHook,
  adapters: Adapters,
  faults: Faults,
): Adapters {
  const running = new AsyncLocalStorage<AdapterCall>();
  hook.onCall = async (command, next) => {
    const call = running.getStore();
    if (!call) return next();
    if (call.error !== undefined) throw call.error;
    if (!call.hasBegun) {
      call.hasBegun = true;
      try {
        await faults.fault(call.name, 'before', call.args, call.number);
      } catch (error) {
        call.error = error;
        throw error;
      }
    }
    await faults.commandFault('before', command);
    const output = await next();
    await faults.commandFault('after', command);
    return output;
  };

  async function end(call: AdapterCall): Promise<void> {
    if (call.error !== undefined) throw call.error;
    if (call.hasBegun) await faults.fault(call.name, 'after', call.args, call.number);
  }

  async function settle(call: AdapterCall, result: Promise<unknown>): Promise<unknown> {
    const value = await result.catch((error: unknown) => {
      throw call.error ?? error;
    });
    await end(call);
    return value;
  }

  async function* list(call: AdapterCall, items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const iterator = items[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await running.run(call, () => iterator.next());
      if (done) break;
      yield value;
    }
    await end(call);
  }

  const wrapped = Object.entries(adapters).map(([name, work]: [string, unknown]) => {
    if (typeof work !== 'function') return [name, work];
    const faulty = (...args: readonly unknown[]) => {
      const number = faults.calls.length + 1;
      const call: AdapterCall = { name, args, number, hasBegun: false };
      const result: unknown = running.run(call, () => work(...args));
      if (result instanceof Promise) {
        faults.calls.push(name);
        return settle(call, result);
      }
      return isAsyncIterable(result) ? list(call, result) : result;
    };
    return [name, faulty];
  });
  return Object.fromEntries(wrapped) as Adapters;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
