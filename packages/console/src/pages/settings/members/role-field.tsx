import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import type { Role } from '../../../session/company.tsx';
import { memberTexts as texts } from '../../../texts/members.ts';

interface RoleFieldProps {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}

/** The choice of a role, with what each may do. */
export function RoleField({ role, onChange }: RoleFieldProps) {
  return (
    <FormField label={texts.role}>
      <RadioGroup
        value={role}
        items={[...texts.roles]}
        onChange={({ detail }) => onChange(detail.value as Role)}
      />
    </FormField>
  );
}
