import { Duration, type Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { defineEnvironment } from '../../adapters/runtime/environment.ts';
import { readConfig } from '../../infra/config.ts';
import { plainText } from '../../infra/constructs/binding.ts';
import { PressroomFunction, type PressroomFunctionProps } from '../../infra/constructs/pressroom-function.ts';

const contract = defineEnvironment('ONE', 'OTHER');
const common = {
  config: readConfig({}),
  folder: 'begin-job',
  contract,
  memory: 128,
  timeout: Duration.seconds(1),
};
const value = plainText('x');

/** Never called: what counts is that the compiler refuses the wrong ones (`npm run types`). */
function bindings(stack: Stack) {
  return [
    new PressroomFunction(stack, 'Right', { ...common, bind: { ONE: value, OTHER: value } }),
    // @ts-expect-error: OTHER is missing
    new PressroomFunction(stack, 'Missing', { ...common, bind: { ONE: value } }),
    // @ts-expect-error: THIRD is not in the contract
    new PressroomFunction(stack, 'Needless', { ...common, bind: { ONE: value, OTHER: value, THIRD: value } }),
    // @ts-expect-error: a text is no binding, since it says nothing about permissions
    new PressroomFunction(stack, 'Text', { ...common, bind: { ONE: value, OTHER: 'x' } }),
  ];
}

it('a function takes exactly the bindings of its contract: others do not compile', () => {
  expect(bindings).toBeTypeOf('function');
  const right: PressroomFunctionProps<'ONE' | 'OTHER'> = { ...common, bind: { ONE: value, OTHER: value } };
  expect(Object.keys(right.bind)).toEqual(contract.names);
});
