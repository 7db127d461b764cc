import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useNavigate } from 'react-router';

/** A link to a page of the console. */
export function PageLink({ to, ...props }: LinkProps & { readonly to: string }) {
  const navigate = useNavigate();
  return (
    <Link
      {...props}
      href={to}
      onFollow={(event) => {
        // Ctrl and click opens another tab, as for every link.
        if (event.detail.external) return;
        event.preventDefault();
        void navigate(to);
      }}
    />
  );
}
