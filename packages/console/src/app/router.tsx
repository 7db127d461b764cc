import { lazy } from 'react';
import { createBrowserRouter } from 'react-router';
import { CompanyFrame } from './company-frame.tsx';
import { NotFound } from './not-found.tsx';
import { OpenFirstCompany } from './open-first-company.tsx';
import { PageFrame } from './page-frame.tsx';
import { pageRoutes } from './routes.tsx';

/** The addresses of the console: `/` and `/<company>/<page>`. */
export function createRouter() {
  return createBrowserRouter([
    { path: '/', element: <OpenFirstCompany /> },
    {
      path: '/:company',
      element: <CompanyFrame />,
      children: [
        ...pageRoutes.map((route) => {
          const Page = lazy(route.load);
          return {
            path: route.path,
            element: (
              <PageFrame key={route.id} route={route}>
                <Page />
              </PageFrame>
            ),
          };
        }),
        { path: '*', element: <NotFound /> },
      ],
    },
  ]);
}
