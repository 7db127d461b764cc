import { makePressroom } from './pressroom.ts';

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;

try {
  makePressroom({}, { ...(account && { account }), ...(region && { region }) });
} catch (error) {
  // A wrong setting or a missing package is its user's to mend: the text says how, a stack trace would hide it.
  console.error(error instanceof Error && !process.env.CDK_DEBUG ? error.message : error);
  process.exitCode = 1;
}
