import { roleNameOf } from './role-policies.ts';

/** The session name of every local call. On AWS it is the function's name for Lambda. */
export const sessionName = 'local';

/** The caller's ARN as errors show it: `arn:aws:sts::123456789012:assumed-role/<role>/local`. */
function callerArn(principal: string): string {
  if (!principal.includes(':role/')) return principal;
  const account = principal.split(':')[4];
  return `arn:aws:sts::${account}:assumed-role/${roleNameOf(principal)}/${sessionName}`;
}

/** What AWS says when no policy of a role allows an action. */
export function accessDeniedMessage(principal: string, action: string, resource: string): string {
  return `User: ${callerArn(principal)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}
