import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../../session/company.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { SecretTable } from './secret-table.tsx';

/** HTTP notifications: the secrets that sign them, for admins, and what became of each. */
export default function NotificationsSection() {
  const isAdmin = useMay('admin');
  return (
    <SpaceBetween size="l">
      {isAdmin && <SecretTable />}
      <DeliveryTable />
    </SpaceBetween>
  );
}
