import SpaceBetween from '@cloudscape-design/components/space-between';
import { MachineTable } from './machine-table.tsx';
import { TrustRuleTable } from './trust-rule-table.tsx';

/** Programs that use the API: machines with a secret, and the tokens of other issuers. */
export default function MachinesSection() {
  return (
    <SpaceBetween size="l">
      <MachineTable />
      <TrustRuleTable />
    </SpaceBetween>
  );
}
