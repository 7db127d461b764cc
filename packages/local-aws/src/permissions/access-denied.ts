import { roleNameOf } from './role-policies.ts';

/** Session name of every local call. On AWS, Lambda uses the function's name. */
export const sessionName = 'local';

/** The caller's ARN in error texts: `arn:aws:sts::123456789012:assumed-role/<role>/local`. */
function callerArn(principal: string): string {
  if (!principal.includes(':role/')) return principal;
  const account = principal.split(':')[4];
  return `arn:aws:sts::${account}:assumed-role/${roleNameOf(principal)}/${sessionName}`;
}

/** AWS's error text for an action that no policy of a role allows. */
export function accessDeniedMessage(principal: string, action: string, resource: string): string {
  return `User: ${callerArn(principal)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}
