/** A test notification. It is signed like every notification and triggers nothing. */
export interface TestNotification {
  readonly type: 'notification.test.v1';
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly data: { readonly company: string; readonly message: string };
}

/** The test notification of a company. @param at ISO 8601, UTC */
export function testNotification(company: string, at: string): TestNotification {
  return {
    type: 'notification.test.v1',
    timestamp: at,
    data: { company, message: 'This is a test: no job has finished, and nothing needs to be done.' },
  };
}

/** Whether a body is a test notification. @param body as parsed from JSON */
export function isTestNotification(body: unknown): boolean {
  const type: TestNotification['type'] = 'notification.test.v1';
  return typeof body === 'object' && body !== null && 'type' in body && body.type === type;
}
