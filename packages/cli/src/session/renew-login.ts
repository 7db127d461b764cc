import { CommandError, signedOutError, usageError } from '../errors/command-error.ts';
import type { Io } from '../io.ts';
import { isLoopback, type Login } from './profile.ts';
import { requestPasswordToken, requestToken } from './request-token.ts';
import type { Tokens } from './token-store.ts';

/**
 * New tokens without a person: by the refresh token, the secret of a machine, or the password of a sample login.
 * @throws CommandError where a person has to sign in
 */
export async function renewLogin(io: Io, login: Login, refreshToken: string | undefined): Promise<Tokens> {
  if (login.kind === 'password') {
    if (!isLoopback(login.endpoint))
      throw usageError('Profiles with a password are for the local cloud only.', 'Run: pressroom login');
    return requestPasswordToken(io, login);
  }
  if (login.kind === 'machine') {
    const secret = io.env.PRESSROOM_CLIENT_SECRET;
    if (!secret)
      throw signedOutError(
        'The secret of the machine is missing.',
        'Set PRESSROOM_CLIENT_SECRET to the secret that belongs to the client id.',
      );
    const basic = Buffer.from(`${login.clientId}:${secret}`).toString('base64');
    return requestToken(
      io,
      login.tokenUrl,
      { grant_type: 'client_credentials', scope: 'pressroom/api' },
      { authorization: `Basic ${basic}` },
    );
  }
  if (refreshToken === undefined) throw signedOutError('You are not signed in.');
  try {
    return await requestToken(io, `${login.loginUrl}/oauth2/token`, {
      grant_type: 'refresh_token',
      client_id: login.clientId,
      refresh_token: refreshToken,
    });
  } catch (error) {
    if (error instanceof CommandError && error.code === 'login.needed')
      throw signedOutError('Your login has expired.');
    throw error;
  }
}
