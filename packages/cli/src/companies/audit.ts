import { choice, choices, defineCommand, text, whole } from '../command.ts';
import { formatTime } from '../output/format.ts';
import { auditKinds } from '../words.ts';
import { findMember } from './find-member.ts';

export const audit = defineCommand({
  path: 'audit',
  feature: 'companies',
  summary: 'List who changed settings, members, secrets and presets, and who deleted or invalidated assets',
  notes: ['Only admins.'],
  args: {},
  options: {
    by: text('<member>', 'only what this member did'),
    kind: choices(auditKinds, 'only these kinds, with commas between'),
    operation: text('<name>', 'only requests of this operation of the API'),
    subject: text('<text>', 'only what was done to this member, preset, secret, schedule, job or asset'),
    from: text('<time>', 'then or later, in ISO 8601'),
    to: text('<time>', 'then or earlier'),
    order: choice(['asc', 'desc'], 'oldest or newest first; desc unless given'),
    max: whole(1, 1_000_000, 'stop after so many entries; 50 unless given'),
  },
  examples: [
    { command: 'audit --kind members,secrets', does: 'lists changes of members and secrets' },
    { command: 'audit --subject red-shoe --json', does: 'prints what was done to an asset' },
  ],
  show: {
    columns: [
      { title: 'TIME', cell: ({ at }) => formatTime(at) },
      { title: 'BY', cell: ({ byName, role }) => `${byName} (${role})` },
      { title: 'OPERATION', cell: ({ operation }, paint) => paint('bold', operation) },
      {
        title: 'OUTCOME',
        cell: ({ outcome, code }, paint) => paint(outcome === 'done' ? 'green' : 'red', code ?? outcome),
      },
      {
        title: 'SUBJECTS',
        cell: ({ subjects, subjectCount }) =>
          `${subjects.slice(0, 3).join(', ')}${subjectCount > 3 ? ` and ${subjectCount - 3} more` : ''}`,
      },
    ],
    none: 'There is no such entry.',
  },
  async *run(context, { by, kind, max = 50, ...filters }) {
    const { client, signal } = context;
    const member = by === undefined ? undefined : (await findMember(context, by)).subject;
    const query = { ...filters, by: member, kind: kind?.join(','), limit: Math.min(max, 1_000) };
    let count = 0;
    for await (const entry of client.all('listAudit', { query, signal })) {
      yield entry;
      count += 1;
      if (count === max) break;
    }
    return 0;
  },
});
