import { join } from 'node:path';
import type { CloudServices } from '../cloud-services.ts';
import { createTargetCalls } from './call-target.ts';
import { type Clock, systemClock } from './clock.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { schedulerEndpoint } from './scheduler-endpoint.ts';
import { schedulerMayAssume } from './scheduler-trust.ts';

/**
 * EventBridge Scheduler of the local cloud. The first call creates it and its API. Its schedules are stored in
 * `scheduler/schedules.jsonl` of the state folder.
 * @param clock used by the first call; by default the clock of this machine
 */
export function localScheduler(services: CloudServices, clock: Clock = systemClock): Scheduler {
  return services.shared('scheduler', () => {
    const { region, account } = services;
    const calls = createTargetCalls(services, clock);
    const scheduler = createScheduler({
      journalFile: join(services.stateFolder, 'scheduler', 'schedules.jsonl'),
      clock,
      region,
      account,
      callTarget: calls.callTarget,
      sendDeadLetter: calls.sendDeadLetter,
      log: (line) => services.log(`Scheduler: ${line}`),
    });
    services.registerEndpoint(
      'scheduler',
      schedulerEndpoint({
        region,
        account,
        scheduler,
        permissions: services.permissions,
        mayAssume: (roleArn, group) => schedulerMayAssume(services, roleArn, group),
        now: () => clock.now(),
      }),
    );
    return {
      ...scheduler,
      async stop() {
        calls.stop();
        await scheduler.stop();
      },
    };
  });
}
