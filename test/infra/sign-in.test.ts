import { describe, expect, it } from 'vitest';
import { commandLineCallback } from '../../infra/constructs/sign-in.ts';
import { callbackUrl } from '../../packages/cli/src/session/browser-login.ts';
import { synthesise } from './synth.ts';

/** The resources of a type in the data stack. */
function resources(settings: Readonly<Record<string, string>>, type: string) {
  const { templates } = synthesise(settings);
  return Object.values(templates.data?.Resources ?? {})
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
}

const commandLine = 'http://localhost:8976/callback';
const callbackUrls = 'https://app.example.com/callback';
const consoleUrl = {
  'Fn::Join': ['', ['https://', { 'Fn::ImportValue': expect.stringMatching(/Console\w+DomainName/) }, '/']],
};
const client = 'AWS::Cognito::UserPoolClient';
const provider = 'AWS::Cognito::UserPoolIdentityProvider';

describe('Sign-in', () => {
  it('has login pages with the token endpoint, which return to the console, and the scope of machines', () => {
    expect(resources({}, 'AWS::Cognito::UserPoolDomain')).toMatchObject([
      {
        Domain: { 'Fn::Join': ['', ['pressroom-', { Ref: 'AWS::AccountId' }, '-us-east-1']] },
        ManagedLoginVersion: 2,
      },
    ]);
    expect(resources({}, 'AWS::Cognito::UserPoolResourceServer')).toMatchObject([
      { Identifier: 'pressroom', Scopes: [{ ScopeName: 'api' }] },
    ]);
    expect(resources({}, client)).toMatchObject([
      {
        AllowedOAuthFlowsUserPoolClient: true,
        CallbackURLs: [consoleUrl, commandLine],
        LogoutURLs: [consoleUrl],
      },
    ]);
  });

  it('returns to the address where the command line waits', () => {
    expect(commandLine).toBe(commandLineCallback);
    expect(commandLine).toBe(callbackUrl);
  });

  it('of a web app is the authorization code flow of a client without a secret, on managed pages', () => {
    const settings = { callbackUrls, logoutUrls: 'https://app.example.com/' };
    expect(resources(settings, client)).toMatchObject([
      {
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email', 'profile'],
        CallbackURLs: [consoleUrl, commandLine, callbackUrls],
        LogoutURLs: [consoleUrl, 'https://app.example.com/'],
        GenerateSecret: false,
        SupportedIdentityProviders: ['COGNITO'],
      },
    ]);
    expect(resources(settings, 'AWS::Cognito::ManagedLoginBranding')).toMatchObject([
      { UseCognitoProvidedValues: true },
    ]);
    expect(resources(settings, 'AWS::Cognito::UserPool')).toMatchObject([{ UserPoolTier: 'ESSENTIALS' }]);
  });

  it('on classic pages needs the plan Lite only', () => {
    const settings = { callbackUrls, loginPages: 'classic', loginDomainPrefix: 'acme-media' };
    expect(resources(settings, 'AWS::Cognito::UserPool')).toMatchObject([{ UserPoolTier: 'LITE' }]);
    expect(resources(settings, 'AWS::Cognito::ManagedLoginBranding')).toEqual([]);
    expect(resources(settings, 'AWS::Cognito::UserPoolDomain')).toMatchObject([
      { Domain: 'acme-media', ManagedLoginVersion: 1 },
    ]);
  });

  it('by other providers passes addresses and names on, and no template holds the secret', () => {
    const settings = {
      callbackUrls,
      oidcIssuer: 'https://login.example.com',
      oidcClientId: 'pressroom',
      oidcClientSecretName: 'pressroom/oidc',
      oidcName: 'Example',
      samlMetadataUrl: 'https://login.example.com/metadata.xml',
    };
    const AttributeMapping = { email: 'email', name: 'name' };
    expect(resources(settings, provider)).toMatchObject([
      {
        ProviderName: 'Example',
        ProviderType: 'OIDC',
        AttributeMapping,
        ProviderDetails: {
          client_secret: expect.stringContaining('{{resolve:secretsmanager:pressroom/oidc'),
        },
      },
      { ProviderName: 'SAML', ProviderType: 'SAML', AttributeMapping },
    ]);
    const names = [{ SupportedIdentityProviders: ['COGNITO', {}, {}] }];
    expect(resources(settings, client)).toMatchObject(names);
  });

  it('mails by SES from mailFrom if that is chosen', () => {
    const settings = { loginMail: 'ses', mailFrom: 'media@example.com' };
    expect(resources(settings, 'AWS::Cognito::UserPool')).toMatchObject([
      { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', From: 'media@example.com' } },
    ]);
    expect(resources({}, 'AWS::Cognito::UserPool')[0]).not.toHaveProperty('EmailConfiguration');
  });
});
