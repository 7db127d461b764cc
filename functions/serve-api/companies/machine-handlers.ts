import type { machineRoutes } from '@pressroom/api/companies/machine-routes';
import { apiScope } from '../../../domain/companies/api-scope.ts';
import { type Member, maxMembers } from '../../../domain/companies/member.ts';
import { maxTrustRules, subjectProblem } from '../../../domain/companies/trust-rule.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { findMember, limitLogins, toMemberResponse } from './member-handlers.ts';

/** Of a company. Cognito allows 1,000 app clients in a user pool, and each costs money. */
const maxMachines = 20;

/** Adds a machine: the app client first. If the membership cannot be written, the client is deleted again. */
async function createMachine(
  { company, user, body }: RequestOf<'createMachine'>,
  dependencies: Dependencies,
): PromisedResponse<'createMachine'> {
  await limitLogins(company, dependencies);
  const { members, machines, tokenUrl, now } = dependencies;
  await checkRoom(company, 'machine', maxMachines, dependencies);
  const { name, role } = body;
  const { clientId, secret } = await machines.createClient(`machine ${company} ${name}`);
  const by = { added: now(), addedBy: user.subject };
  const member: Member = { company, subject: clientId, kind: 'machine', role, name, ...by };
  try {
    if (!(await members.addMember(member)))
      throw new Error(`The user pool gave the client id ${clientId} twice`);
  } catch (error) {
    await machines.deleteClient(clientId);
    throw error;
  }
  return { ...toMemberResponse(member), secret, tokenUrl, scope: apiScope.full };
}

async function rotateMachineSecret(
  { company, params, body }: Pick<RequestOf<'rotateMachineSecret'>, 'company' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'rotateMachineSecret'> {
  await limitLogins(company, dependencies);
  const { subject, kind } = await findMember(company, params.subject, dependencies);
  if (kind !== 'machine') throw new Failure('member.not-found', `${subject} is a ${kind} and has no secret`);
  return { subject, secret: await dependencies.machines.rotateSecret(subject, body.endPrevious) };
}

async function listTrustRules(
  { company }: Pick<RequestOf<'listTrustRules'>, 'company'>,
  { members }: Dependencies,
): PromisedResponse<'listTrustRules'> {
  return { items: (await members.listMembers(company)).flatMap(toTrustRules) };
}

/** Adds a rule, after its issuer has shown its keys: a typing error shows now, not in the first run of a pipeline. */
async function createTrustRule(
  { company, user, body }: RequestOf<'createTrustRule'>,
  dependencies: Dependencies,
): PromisedResponse<'createTrustRule'> {
  await limitLogins(company, dependencies);
  const { members, foreignTokens, newId, now } = dependencies;
  const { name, role, issuer, audience, subjectPattern } = body;
  const problem = subjectProblem({ issuer, subject: subjectPattern });
  if (problem !== undefined) throw invalidField('subjectPattern', problem);
  await checkRoom(company, 'trust-rule', maxTrustRules, dependencies);
  await foreignTokens.checkIssuer(issuer);
  const member: Member = {
    company,
    subject: `trust-${newId()}`,
    kind: 'trust-rule',
    role,
    name,
    added: now(),
    addedBy: user.subject,
    rule: { issuer, audience, subject: subjectPattern },
  };
  await members.addMember(member);
  const [shown] = toTrustRules(member);
  if (!shown) throw new Error('The rule was not made');
  return shown;
}

function toTrustRules(member: Member) {
  const { rule } = member;
  if (!rule) return [];
  const { issuer, audience, subject: subjectPattern } = rule;
  return [{ ...toMemberResponse(member), issuer, audience, subjectPattern }];
}

/** @throws Failure `request.invalid` if the company has as many as it can */
async function checkRoom(
  company: string,
  kind: Member['kind'],
  max: number,
  { members }: Pick<Dependencies, 'members'>,
): Promise<void> {
  const all = await members.listMembers(company);
  if (all.length >= maxMembers)
    throw invalidField('name', `a company has at most ${maxMembers} members; remove one first`);
  if (all.filter((member) => member.kind === kind).length >= max)
    throw invalidField('name', `a company has at most ${max} members of the kind ${kind}; remove one first`);
}

export const machineHandlers = {
  createMachine,
  rotateMachineSecret,
  listTrustRules,
  createTrustRule,
} satisfies HandlersOf<typeof machineRoutes>;
