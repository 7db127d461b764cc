import * as z from 'zod';
import { timeZoneName } from '../../../domain/companies/time-zone.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { overwriteModes } from '../../../domain/uploads/overwrite.ts';
import { defineRoute } from '../route.ts';
import { companyParams, noQuery } from '../values.ts';

/** What a company has chosen for itself. */

const overwriteMode = z.enum(overwriteModes, `must be one of ${overwriteModes.join(', ')}`).meta({
  description:
    'Which asset of the same id an upload overwrites: only one in the folder of the upload, or one in any folder (it then moves to that of the upload); only one with the same extension, or one with any. Where the rule is not met, the new asset gets a numeral: `chair-1`',
});
const publishOnUpload = z.enum(['now', 'mark'], 'must be now or mark').meta({
  description:
    '`now`: uploads that shall be live go live as soon as they are ingested. `mark`: they wait for the next publish job',
});
const retainPublishState = z.boolean('must be true or false').meta({
  description: 'A file that is overwritten keeps its publish state; else it is treated as a new upload',
});
const allowActiveContent = z.boolean('must be true or false').meta({
  description: 'Whether JavaScript and HTML are taken: they run in the browsers of visitors',
});
const timeZone = z
  .string()
  .meta({ description: 'IANA name: job names tell the time there', example: 'Europe/Berlin' });

const settingsResponse = z
  .strictObject({
    timeZone,
    publishOnUpload,
    retainPublishState,
    overwriteMode,
    allowActiveContent,
    servers: z.array(z.enum(servers)).meta({
      description:
        'The servers that the company has. They cannot be changed here: that would have to publish to one, or withdraw from it, all that the company has',
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
    summary: 'Change settings of the company; what is not named stays as it is',
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
            if (known === undefined) context.addIssue('must be an IANA time zone like Europe/Berlin');
            return known ?? name;
          })
          .meta({ description: 'IANA name', example: 'Europe/Berlin' })
          .optional(),
        publishOnUpload: publishOnUpload.optional(),
        retainPublishState: retainPublishState.optional(),
        overwriteMode: overwriteMode.optional(),
        allowActiveContent: allowActiveContent.optional(),
      })
      .refine(
        (edit) => Object.values(edit).some((value) => value !== undefined),
        'must name at least one setting',
      )
      .meta({
        id: 'SettingsEdit',
        example: { timeZone: 'Europe/Berlin', overwriteMode: 'current-folder-same-extension' },
      }),
    response: { status: 200, description: 'The settings as they are now', schema: settingsResponse },
    failures: [],
  }),
};
