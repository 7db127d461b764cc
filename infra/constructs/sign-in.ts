import { Aws, Duration, RemovalPolicy, SecretValue, type Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  type CfnUserPool,
  FeaturePlan,
  type IUserPoolIdentityProvider,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { apiScope } from '../../domain/companies/api-scope.ts';
import type { Config } from '../config.ts';

/**
 * Where the login pages return to after `pressroom login`: a port of the person's own machine, as RFC 8252 has it for
 * programs. Cognito compares whole addresses, so the port is fixed. A code that another program catches there is useless
 * without the verifier (PKCE).
 */
export const commandLineCallback = 'http://localhost:8976/callback';

/**
 * Who may sign in, and how: the user pool, its app client for people, the login pages with the token endpoint, the scope
 * of machine clients, and external providers. All resources stand directly in the given stack.
 */
export class SignIn {
  readonly userPool: UserPool;
  readonly userPoolClient: UserPoolClient;
  /** Without a slash at its end. */
  readonly loginAddress: string;

  /** @param consoleOrigin web origin of the console, to whose root the login pages return */
  constructor(stack: Stack, config: Config, consoleOrigin: string) {
    this.userPool = makeUserPool(stack, config);
    const providers = [
      ...oidcProvider(stack, config, this.userPool),
      ...samlProvider(stack, config, this.userPool),
    ];
    this.userPoolClient = this.makeClient(config, consoleOrigin, providers);
    // Cognito takes a client only after the providers that it names.
    this.userPoolClient.node.addDependency(...providers);

    const domainPrefix = config.loginDomainPrefix ?? `${config.prefix}-${Aws.ACCOUNT_ID}-${stack.region}`;
    const domain = this.userPool.addDomain('LoginDomain', {
      cognitoDomain: { domainPrefix },
      managedLoginVersion:
        config.loginPages === 'managed'
          ? ManagedLoginVersion.NEWER_MANAGED_LOGIN
          : ManagedLoginVersion.CLASSIC_HOSTED_UI,
    });
    // No reference to the domain: another stack that imports it would prevent another prefix.
    this.loginAddress = `https://${domainPrefix}.auth.${stack.region}.amazoncognito.com`;
    if (config.loginPages === 'managed') {
      // Without a style of its own, a client has no managed login pages.
      new CfnManagedLoginBranding(stack, 'LoginPages', {
        userPoolId: this.userPool.userPoolId,
        clientId: this.userPoolClient.userPoolClientId,
        useCognitoProvidedValues: true,
      }).node.addDependency(domain);
    }
    this.userPool.addResourceServer('Api', {
      identifier: apiScope.resourceServer,
      scopes: [{ scopeName: apiScope.name, scopeDescription: 'Call the API of Pressroom' }],
    });
  }

  /**
   * The client of people: with a password or SRP from programs, and by the login pages (authorization code with PKCE) from
   * web apps. It has no secret, which a page could not keep.
   */
  private makeClient(
    config: Config,
    consoleOrigin: string,
    providers: readonly IUserPoolIdentityProvider[],
  ): UserPoolClient {
    const withConsole = (urls: readonly string[]) => [...new Set([`${consoleOrigin}/`, ...urls])];
    const oAuth = {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
      callbackUrls: withConsole([commandLineCallback, ...config.callbackUrls]),
      logoutUrls: withConsole(config.logoutUrls),
    };
    return this.userPool.addClient('Client', {
      authFlows: { userPassword: true, userSrp: true },
      oAuth,
      ...(providers.length > 0 && {
        supportedIdentityProviders: [
          UserPoolClientIdentityProvider.COGNITO,
          ...providers.map(({ providerName }) => UserPoolClientIdentityProvider.custom(providerName)),
        ],
      }),
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
  }
}

const attributeMapping = {
  email: ProviderAttribute.other('email'),
  fullname: ProviderAttribute.other('name'),
};

function oidcProvider(stack: Stack, config: Config, userPool: UserPool): UserPoolIdentityProviderOidc[] {
  const { oidcIssuer, oidcClientId, oidcClientSecretName, oidcName } = config;
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcClientSecretName === undefined) return [];
  return [
    new UserPoolIdentityProviderOidc(stack, 'OidcProvider', {
      userPool,
      name: oidcName,
      issuerUrl: oidcIssuer,
      clientId: oidcClientId,
      // Read by CloudFormation when it deploys: the template holds the name only.
      clientSecret: SecretValue.secretsManager(oidcClientSecretName).unsafeUnwrap(),
      scopes: ['openid', 'email', 'profile'],
      attributeMapping,
    }),
  ];
}

function samlProvider(stack: Stack, config: Config, userPool: UserPool): UserPoolIdentityProviderSaml[] {
  const { samlMetadataUrl, samlName } = config;
  if (samlMetadataUrl === undefined) return [];
  return [
    new UserPoolIdentityProviderSaml(stack, 'SamlProvider', {
      userPool,
      name: samlName,
      metadata: UserPoolIdentityProviderSamlMetadata.url(samlMetadataUrl),
      attributeMapping,
    }),
  ];
}

function makeUserPool(stack: Stack, config: Config): UserPool {
  const pool = new UserPool(stack, 'UserPool', {
    userPoolName: config.prefix,
    // Both plans are free for 10,000 people a month; above, Lite costs about a third of Essentials, which the managed login
    // pages need. Roles are data of this system, so nothing has to be written into tokens.
    featurePlan: config.loginPages === 'managed' ? FeaturePlan.ESSENTIALS : FeaturePlan.LITE,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    mfa: { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED }[config.mfa],
    // Codes by text message can be diverted, and each costs money: authenticator apps only.
    ...(config.mfa !== 'off' && { mfaSecondFactor: { otp: true, sms: false } }),
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    deletionProtection: config.data === 'retain',
    removalPolicy: config.data === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  if (config.loginMail === 'ses' && config.mailFrom !== undefined) {
    // On the L1: the L2 asks for the region of SES, which is that of the stack.
    (pool.node.defaultChild as CfnUserPool).emailConfiguration = {
      emailSendingAccount: 'DEVELOPER',
      from: config.mailFrom,
      sourceArn: stack.formatArn({ service: 'ses', resource: 'identity', resourceName: config.mailFrom }),
    };
  }
  Validations.of(pool).acknowledge({
    id: 'AwsSolutions-COG8',
    reason:
      'Threat protection needs the Plus plan and its price per user; nobody can sign up by themselves here.',
  });
  if (config.mfa !== 'required')
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason:
        'Left to the deployment: -c mfa=required demands it of everyone; programs that sign in cannot enter codes.',
    });
  return pool;
}
