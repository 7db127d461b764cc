import { describe, expect, it } from 'vitest';
import { type IncomingRequest, payloadEvent } from '../../src/http-api/payload-event.ts';
import { payloadResponse } from '../../src/http-api/payload-response.ts';
import { joinedHeaders } from '../../src/http-api/read-request.ts';

const context = {
  accountId: '000000000000',
  apiId: 'abc',
  domainName: 'abc.example.com',
  stage: '$default',
  routeKey: 'ANY /v1/{proxy+}',
  rawPath: '/v1/a b',
  requestId: 'r1',
  time: Date.UTC(2020, 2, 12, 19, 3, 58),
};

function eventOf(request: Partial<IncomingRequest>): Record<string, unknown> {
  return payloadEvent(
    {
      method: 'GET',
      path: '/v1/a%20b',
      query: '',
      headers: {},
      body: Buffer.alloc(0),
      ip: '127.0.0.1',
      ...request,
    },
    context,
  ) as Record<string, unknown>;
}

describe('payloadEvent', () => {
  it('makes an event in payload format 2.0', () => {
    expect(
      eventOf({ query: 'a=1&b=x%20y&a=2', headers: { cookie: 'c=1; d=2', 'user-agent': 'curl' } }),
    ).toEqual({
      version: '2.0',
      routeKey: 'ANY /v1/{proxy+}',
      rawPath: '/v1/a b',
      rawQueryString: 'a=1&b=x%20y&a=2',
      cookies: ['c=1', 'd=2'],
      headers: { 'user-agent': 'curl' },
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc',
        domainName: 'abc.example.com',
        domainPrefix: 'abc',
        http: {
          method: 'GET',
          path: '/v1/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl',
        },
        requestId: 'r1',
        routeKey: 'ANY /v1/{proxy+}',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838000,
      },
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json', 'text'],
    ['application/problem+json; charset=utf-8', 'text'],
    ['text/csv', 'text'],
    ['image/png', 'base64'],
    ['application/x-www-form-urlencoded', 'base64'],
    [undefined, 'text'],
  ])('contains a body of type %s as %s', (type, form) => {
    const event = eventOf({ body: Buffer.from('{}'), headers: type ? { 'content-type': type } : {} });
    expect([event.body, event.isBase64Encoded]).toEqual(form === 'text' ? ['{}', false] : ['e30=', true]);
  });

  it('contains bytes without a type as base64', () => {
    expect(eventOf({ body: Buffer.from([0xff, 0xfe]) })).toMatchObject({
      body: '//4=',
      isBase64Encoded: true,
    });
  });
});

it('joins headers of one name, in lower case', () => {
  expect(joinedHeaders(['Accept', 'a', 'accept', 'b', 'Cookie', 'c=1', 'Cookie', 'd=2'])).toEqual({
    accept: 'a,b',
    cookie: 'c=1; d=2',
  });
});

describe('payloadResponse', () => {
  it('takes a returned object with a status as the whole response', () => {
    const response = payloadResponse({
      statusCode: 201,
      headers: { Location: '/x', Count: 3 },
      cookies: ['a=1'],
      body: 'b',
    });
    expect(response).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain;charset=utf-8', location: '/x', count: '3' },
      cookies: ['a=1'],
      body: Buffer.from('b'),
    });
  });

  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['text', 'text'],
    [null, 'null'],
    [[1], '[1]'],
  ])('takes a returned %j as the body of a 200', (value, body) => {
    expect(payloadResponse(value)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(body),
    });
  });

  it.each([
    [{ statusCode: 'many' }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, multiValueHeaders: {} }],
  ])('refuses a returned %j', (value) => {
    expect(() => payloadResponse(value)).toThrow();
  });
});
