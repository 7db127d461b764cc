import { openapiDocument } from '@pressroom/api/openapi-document';
import type { ApiRoute } from '@pressroom/api/route';
import { routes, signedInRoutes } from '@pressroom/api/routes';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { handleRequest } from '../../../adapters/http/handle-request.ts';
import { servedRoutes } from '../../../functions/serve-api/handlers.ts';
import { httpEvent, identify, noAudit } from '../../adapters/http/http-event.ts';
import { shipped } from './ask.ts';

const media = z.record(z.string(), z.strictObject({ schema: z.looseObject({}) }));
const response = z.strictObject({ description: z.string().min(1), content: media.optional() });
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: z.string().min(1),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(
      z.strictObject({
        in: z.enum(['path', 'query', 'header']),
        name: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: z.looseObject({}),
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: media }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
});

/** The structure that OpenAPI 3.1 asks for, as far as this document uses it; nothing else may be in it. */
const openapi31 = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  security: z.array(z.strictObject({ bearer: z.tuple([]) })),
  paths: z.record(
    z.string().regex(/^\/v1\//),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), z.looseObject({})),
    securitySchemes: z.strictObject({
      bearer: z.looseObject({ type: z.literal('http'), scheme: z.literal('bearer') }),
    }),
  }),
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

function* nodes(value: Json): Generator<{ [name: string]: Json }> {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item);
  else if (typeof value === 'object' && value !== null) {
    yield value;
    for (const item of Object.values(value)) yield* nodes(item);
  }
}

/** Answered without a token of a person. */
const publicPaths = ['/v1/openapi.json', '/v1/triggers/{token}', '/v1/companies/{company}/token'];

const text = JSON.stringify(openapiDocument());
const document = openapi31.parse(JSON.parse(text));

describe('the OpenAPI document', () => {
  it('is served to everybody, and may be kept for five minutes', async () => {
    const served = await handleRequest(httpEvent({ path: '/v1/openapi.json' }), servedRoutes(shipped), {
      identify,
      findMember: async () => undefined,
      audit: noAudit,
      log: { error: () => {}, info: () => {} },
    });
    expect(served).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
      body: text,
    });
  });

  it('holds every route, by its method, with what it takes and answers', () => {
    for (const route of Object.values<ApiRoute>(routes)) {
      const found = document.paths[route.path]?.[route.method.toLowerCase() as 'get'];
      expect(found?.operationId, route.path).toBe(route.operationId);
      expect(found?.requestBody !== undefined, route.operationId).toBe(route.body !== undefined);
      expect(Object.keys(found?.responses ?? {})).toEqual(
        expect.arrayContaining([String(route.response.status), '400', '401', '403', '404', '500']),
      );
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const paths = (found?.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(paths.map(({ name }) => name).sort()).toEqual(names.sort());
      expect(paths.every(({ required }) => required === true)).toBe(true);
    }
    expect(Object.values(document.paths).flatMap((item) => Object.keys(item))).toHaveLength(
      Object.keys(routes).length + Object.keys(signedInRoutes).length + publicPaths.length,
    );
  });

  it('names operations once, and routes by their names', () => {
    for (const [name, route] of Object.entries(routes)) expect(route.operationId).toBe(name);
  });

  it('refers to nothing that is not there', () => {
    const references = [...nodes(JSON.parse(text) as Json)].flatMap(({ $ref }) =>
      typeof $ref === 'string' ? [$ref] : [],
    );
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const name = /^#\/components\/schemas\/([\w.-]+)$/.exec(reference)?.[1] ?? reference;
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  it('answers every error as a problem, with codes that are in the catalogue', () => {
    for (const item of Object.values(document.paths)) {
      for (const { responses } of Object.values(item)) {
        for (const [status, { content }] of Object.entries(responses)) {
          if (Number(status) < 400) continue;
          // The gateway refuses headers that are too large before it reads the request.
          if (status === '431') {
            expect(content).toBeUndefined();
            continue;
          }
          const schemas = {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
          };
          expect(schemas).toMatchObject(content ?? {});
          expect(Object.keys(content ?? {}).length, status).toBeGreaterThan(0);
        }
        expect(Object.keys(responses)).toContain('431');
      }
    }
  });

  it.each(['400', '404', '413', '429', '500', '503'])(
    'has the response %s of the gateway on every route that it can refuse',
    (status) => {
      for (const [path, item] of Object.entries(document.paths)) {
        for (const { responses } of Object.values(item)) {
          expect('application/json' in (responses[status]?.content ?? {}), path).toBe(true);
        }
      }
    },
  );

  it('has patterns that generators of texts can use', () => {
    const patterns = [...nodes(JSON.parse(text) as Json)].flatMap(({ pattern }) =>
      typeof pattern === 'string' ? [pattern] : [],
    );
    expect(patterns.length).toBeGreaterThan(5);
    // Unicode properties and lookaround are not in all dialects; `\\w` and `\\d` mean more than ASCII in some.
    for (const pattern of patterns) expect(pattern).not.toMatch(/\\[pPwWbB]|\(\?[=!<]/);
  });

  it('takes the token of the issuer on every route but its own and the trigger URLs', () => {
    expect(document.security).toEqual([{ bearer: [] }]);
    for (const [path, item] of Object.entries(document.paths)) {
      for (const found of Object.values(item)) {
        expect(found.security, path).toEqual(publicPaths.includes(path) ? [] : undefined);
      }
    }
  });

  it('has examples that its own schemas take', () => {
    let examples = 0;
    for (const route of Object.values<ApiRoute>(routes)) {
      const example = route.body?.meta()?.example;
      if (example === undefined) continue;
      examples += 1;
      expect(route.body?.safeParse(example).error, route.operationId).toBeUndefined();
    }
    expect(examples).toBeGreaterThan(20);
  });

  it('says of every object that it has no other fields, but for maps', () => {
    for (const node of nodes(document.components.schemas as Json)) {
      if (node.type === 'object' && node.properties !== undefined) {
        expect(node.additionalProperties, JSON.stringify(node).slice(0, 200)).toBe(false);
      }
    }
  });
});
