export const notificationSettingsTexts = {
  secrets: {
    header: 'Signing secrets',
    description:
      'They sign the HTTP notifications of this company, so that receivers can check where a message comes from.',
    caption: 'Signing secrets, newest first',
    make: 'Make a new secret',
    makeHeader: 'Make a new secret?',
    makeFirst:
      'All notifications are signed with it from now on. You see it once: copy it to your receivers.',
    makeNext:
      'All notifications are signed with it from now on. The current secret also signs them for 24 hours: give your receivers the new one within that time.',
    makeThird: 'The older secret, which still signs, ends at once.',
    made: 'Your new secret',
    end: 'End it now',
    endHeader: 'End this secret now?',
    endText:
      'Receivers that still check with it refuse all notifications from now on. Make sure that all of them have the newest one.',
    ended: 'The secret has ended',
    columns: { id: 'Secret', created: 'Made', valid: 'Valid', actions: 'Action' },
    newest: 'Newest',
    until: 'Until',
    empty: 'There is no secret yet',
    emptyDescription: 'One is made with the first notification. Make one now to know its value.',
  },
  deliveries: {
    header: 'Deliveries',
    description: 'HTTP notifications about jobs, with the last response of each receiver.',
    caption: 'Deliveries, newest job first',
    columns: {
      job: 'Job and receiver',
      state: 'State',
      response: 'Last response',
      actions: 'Action',
    },
    states: {
      received: 'Received',
      waiting: 'Another attempt follows',
      'given-up': 'Given up',
      ended: 'Ended by the receiver',
    },
    attempts: (count: number) => (count === 1 ? '1 attempt' : `${count} attempts`),
    next: 'Next attempt',
    noResponse: 'No response',
    milliseconds: (count: number) => `${count} ms`,
    again: 'Send again',
    againOf: (job: string) => `Send again: ${job}`,
    sent: (job: string) => `The notification about ${job} is sent again`,
    notSent: (job: string) => `The notification about ${job} was not sent`,
    empty: 'No notification was sent yet',
    emptyDescription: 'A job whose options have an HTTP notification sends one when it has ended.',
  },
} as const;
