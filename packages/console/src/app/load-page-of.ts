import { pageRoutes } from './routes.tsx';

/** Begins to load the script of the page that an address names, before the app is there that draws it. */
export function loadPageOf(pathname: string): void {
  const [, company, ...parts] = pathname.replace(/\/+$/, '').split('/');
  if (!company) return;
  const route = pageRoutes.find(({ path }) => {
    const wanted = path === '' ? [] : path.split('/');
    return (
      wanted.length === parts.length &&
      wanted.every((part, index) => part.startsWith(':') || part === parts[index])
    );
  });
  // A page that cannot be loaded says so when it is drawn.
  route?.load().catch(() => {});
}
