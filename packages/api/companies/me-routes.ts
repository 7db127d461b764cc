import * as z from 'zod';
import { memberKinds } from '../../../domain/companies/member.ts';
import { roles } from '../../../domain/companies/role.ts';
import { defineSignedInRoute } from '../route.ts';
import { company, noQuery } from '../values.ts';

export const meRoutes = {
  readMe: defineSignedInRoute({
    method: 'GET',
    path: '/v1/me',
    operationId: 'readMe',
    summary: 'Read who is signed in, and in which companies with which role',
    params: z.strictObject({}),
    query: noQuery,
    response: {
      status: 200,
      description: 'The caller. Somebody who is signed in and in no company has no items',
      schema: z
        .strictObject({
          subject: z.string().meta({ description: 'What `submittedBy` and lists of members contain' }),
          name: z.string().optional(),
          email: z.string().optional(),
          companies: z.array(
            z.strictObject({
              company,
              role: z.enum(roles),
              kind: z.enum(memberKinds),
            }),
          ),
        })
        .meta({
          id: 'Me',
          example: {
            subject: '5f0c3a52-40a1-70b4-8a3c-2f6c7d5b1e90',
            name: 'Ann Example',
            email: 'ann@example.com',
            companies: [{ company: 'luma', role: 'admin', kind: 'person' }],
          },
        }),
    },
    failures: [],
  }),
};
