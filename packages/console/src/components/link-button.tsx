import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router';

/** A button that is a link to a page of the console: it can be opened in a new tab. */
export function LinkButton({ to, ...props }: ButtonProps & { readonly to: string }) {
  const navigate = useNavigate();
  return (
    <Button
      {...props}
      href={to}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    />
  );
}
