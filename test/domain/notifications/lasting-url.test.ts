import { expect, it } from 'vitest';
import { lastingUrl } from '../../../domain/notifications/lasting-url.ts';

const apiUrl = 'https://api.example.com';
const endpoint = 'https://abc123.execute-api.eu-west-1.amazonaws.com';

it.each([
  [
    'gets the lasting host if it is of this API',
    `${apiUrl}/v1/triggers/t?a=b#c`,
    `${endpoint}/v1/triggers/t?a=b#c`,
  ],
  [
    'gets it whatever the case of its host',
    'HTTPS://API.example.com/v1/triggers/t',
    `${endpoint}/v1/triggers/t`,
  ],
  ['keeps the lasting host', `${endpoint}/v1/triggers/t`, `${endpoint}/v1/triggers/t`],
  [
    'keeps another host',
    'https://hooks.example.com/v1/triggers/t',
    'https://hooks.example.com/v1/triggers/t',
  ],
  [
    'keeps a host that only begins like it',
    'https://api.example.com.evil.test/',
    'https://api.example.com.evil.test/',
  ],
  ['keeps another port', 'https://api.example.com:8443/x', 'https://api.example.com:8443/x'],
])('a stored URL %s', (_what, url, stored) => {
  expect(lastingUrl(url, apiUrl, endpoint)).toBe(stored);
});

it('a stored URL stays as it is where the API has no domain of its own', () => {
  expect(lastingUrl(`${endpoint}/v1/triggers/t`, endpoint, endpoint)).toBe(`${endpoint}/v1/triggers/t`);
});
