import * as z from 'zod';
import { definePublicRoute } from './route.ts';

export const openapiRoutes = {
  readOpenapi: definePublicRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    operationId: 'readOpenapi',
    summary: 'This document',
    publicBecause: 'The description of the API, the same for everyone: clients read it before they sign in.',
    response: { status: 200, description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) },
    failures: [],
  }),
};
