import * as z from 'zod';
import { timeZoneName, timeZoneProblem } from '../../../domain/companies/time-zone.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { overwriteModes } from '../../../domain/uploads/overwrite.ts';
import { defineRoute } from '../route.ts';
import { companyParams, noQuery } from '../values.ts';

/** Settings of a company. */

const overwriteMode = z.enum(overwriteModes, `must be one of ${overwriteModes.join(', ')}`).meta({
  description:
    'Which asset of the same id an upload overwrites: only one in the folder of the upload, or one in any folder (it then moves to that of the upload); only one with the same extension, or one with any. Where the rule is not met, the new asset gets a numeral: `chair-1`',
});
const publishOnUpload = z.enum(['now', 'mark'], 'must be now or mark').meta({
  description:
    '`now`: uploads that are to be live go live as soon as they are ingested. `mark`: they wait for the next publish job',
});
const retainPublishState = z.boolean('must be true or false').meta({
  description: 'An overwritten asset keeps its publish state. Off: it is treated as a new upload',
});
const allowActiveContent = z.boolean('must be true or false').meta({
  description:
    'Whether JavaScript and HTML files are accepted and go live. They run in the browsers of visitors. Switching it off withdraws what is live, and needs `confirm`',
});
const autoQuality = z.boolean('must be true or false').meta({
  description:
    'Whether the quality for `qlt=auto` is found for each uploaded image, which takes about half a second longer. Off: `qlt=auto` is the default quality',
});
const timeZone = z
  .string()
  .meta({ description: 'IANA name. Job names contain the time in this zone', example: 'Europe/Berlin' });

const settingsResponse = z
  .strictObject({
    timeZone,
    publishOnUpload,
    retainPublishState,
    overwriteMode,
    allowActiveContent,
    autoQuality,
    servers: z.array(z.enum(servers)).meta({
      description:
        'The enabled servers. Use toggleServer to change them: it also publishes to the server or withdraws from it',
    }),
    withdrawn: z.array(z.string()).optional().meta({
      description: 'Only after active content was switched off: the ids of the assets that were live',
    }),
  })
  .meta({ id: 'Settings' });

export const settingsRoutes = {
  readSettings: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/settings',
    operationId: 'readSettings',
    summary: "Read the company's settings",
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: { status: 200, description: 'The settings', schema: settingsResponse },
    failures: [],
  }),

  editSettings: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/settings',
    operationId: 'editSettings',
    summary: 'Change settings of the company. Settings that are not named stay as they are',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        timeZone: z
          .string('must be a text')
          .max(100, 'must have at most 100 characters')
          .transform((name, context) => {
            const known = timeZoneName(name);
            if (known === undefined) context.addIssue(timeZoneProblem(name));
            return known ?? name;
          })
          .meta({
            description: 'IANA name with its area, or UTC; abbreviations such as BST are refused',
            example: 'Europe/Berlin',
          })
          .optional(),
        publishOnUpload: publishOnUpload.optional(),
        retainPublishState: retainPublishState.optional(),
        overwriteMode: overwriteMode.optional(),
        allowActiveContent: allowActiveContent.optional(),
        autoQuality: autoQuality.optional(),
        confirm: z.string('must be a text').max(100, 'must have at most 100 characters').optional().meta({
          description:
            '`allowActiveContent`: required to switch it off while JavaScript or HTML is live. Without it the response lists what is live',
        }),
      })
      .refine(
        ({ confirm: _, ...edit }) => Object.values(edit).some((value) => value !== undefined),
        'must name at least one setting',
      )
      .meta({
        id: 'SettingsEdit',
        example: { timeZone: 'Europe/Berlin', overwriteMode: 'current-folder-same-extension' },
      }),
    response: { status: 200, description: 'The settings as they are now', schema: settingsResponse },
    failures: ['settings.not-confirmed', 'storage.busy'],
    audit: { kind: 'settings' },
  }),
};
