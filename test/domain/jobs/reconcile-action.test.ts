import { expect, it } from 'vitest';
import { reconcileActionFor } from '../../../domain/jobs/reconcile-action.ts';

const now = '2026-11-24T09:00:00.000Z';
const long = '2026-11-24T08:00:00.000Z';
const just = '2026-11-24T08:59:30.000Z';
const dead = { isRunning: false, stopped: long };
const alive = { isRunning: true };

it.each([
  ['queued', long, false, undefined, 'start'],
  ['queued', long, false, dead, 'start'],
  ['queued', long, false, alive, 'nothing'],
  ['queued', long, true, undefined, 'nothing'],
  ['queued', long, true, dead, 'nothing'],
  ['queued', just, false, undefined, 'nothing'],
  ['queued', long, false, { ...dead, stopped: just }, 'nothing'],
  ['running', long, false, undefined, 'end'],
  ['running', long, false, dead, 'end'],
  ['running', long, false, alive, 'nothing'],
  ['running', just, false, undefined, 'nothing'],
  ['running', long, false, { ...dead, stopped: just }, 'nothing'],
  ['stopping', long, false, dead, 'end'],
  ['stopping', just, false, dead, 'nothing'],
  ['stopping', long, false, alive, 'nothing'],
  // A finished job that is still among the active ones is one whose end was not processed.
  ['succeeded', long, false, undefined, 'end'],
  ['stopped', long, false, dead, 'end'],
  ['stopped', just, false, dead, 'nothing'],
  ['failed', long, false, alive, 'nothing'],
] as const)(
  'a %s job, last seen at %s, blocked: %s, with the execution %j needs %s',
  (status, since, isBlocked, execution, action) => {
    expect(reconcileActionFor({ status, since, isBlocked, execution }, now)).toBe(action);
  },
);
