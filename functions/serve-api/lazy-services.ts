import { lazily } from '../../adapters/runtime/lazily.ts';
import type { Environment, serviceAdapters } from './service-adapters.ts';

type Services = ReturnType<typeof serviceAdapters>;

/** The adapters of service-adapters.ts, loaded with the first call of one of them: most requests only read. */
export function lazyServices(env: Environment): Services {
  let made: Services | undefined;
  const load = async (): Promise<Services> => {
    const { serviceAdapters } = await import('./service-adapters.ts');
    made ??= serviceAdapters(env);
    return made;
  };
  return {
    logins: lazily(async () => (await load()).logins, {
      ensureLogin: true,
      readLogin: true,
      resendInvitation: true,
      resetPassword: true,
      resetMfa: true,
    }),
    machines: lazily(async () => (await load()).machines, {
      createClient: true,
      rotateSecret: true,
      deleteClient: true,
    }),
    scheduler: lazily(async () => (await load()).scheduler, { put: true, remove: true }),
    invalidations: lazily(async () => (await load()).invalidations, {
      invalidateAssets: true,
      invalidateCompany: true,
      invalidatePreset: true,
    }),
    notifications: lazily(async () => (await load()).notifications, { sendNotification: true }),
    requests: lazily(async () => (await load()).requests, {
      requestAction: true,
      requestExport: true,
      requestFetch: true,
      requestIndex: true,
      requestPlan: true,
      requestZip: true,
    }),
    executions: lazily(async () => (await load()).executions, {
      startExecution: true,
      stopExecution: true,
      describeExecution: true,
    }),
  };
}
