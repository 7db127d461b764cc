import { join } from 'node:path';
import type { CloudServices } from '../cloud-services.ts';
import { createTargetCalls } from './call-target.ts';
import { type Clock, systemClock } from './clock.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { schedulerEndpoint } from './scheduler-endpoint.ts';
import { schedulerMayAssume } from './scheduler-trust.ts';

/**
 * The cloud's EventBridge Scheduler, which the first call brings up together with its API. Its schedules lie in
 * `scheduler/schedules.jsonl` of the state folder.
 * @param clock another than this machine's, for the first call
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
