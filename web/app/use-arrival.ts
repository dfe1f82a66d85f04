import { useEffect, useLayoutEffect, useRef } from 'react';
import { matchPath, useLocation, useNavigationType } from 'react-router';
import { startView } from '../lib/rum.ts';
import { pagePaths } from './page-paths.ts';

/** The path of the page that is shown, as in the list (`/orders/:id`): the name RUM sees. Unknown paths share one name. */
export const templateOf = (pathname: string): string => pagePaths.find((path) => matchPath(path, pathname)) ?? '/not-found';

/** On a new page scrolls to the top and moves the focus to the content: a browser does this for a new document, a single-page app must do it itself. */
export function useArrival(): void {
  const { pathname } = useLocation();
  const how = useNavigationType();
  const arrived = useRef<string>(undefined);
  const template = templateOf(pathname);

  // biome-ignore lint/correctness/useExhaustiveDependencies: two products share a template and are two views.
  useEffect(() => startView(template), [template, pathname]);

  useLayoutEffect(() => {
    const first = arrived.current === undefined;
    const moved = arrived.current !== pathname;
    arrived.current = pathname;
    if (first || !moved) return;
    // After back and forward the browser restores the scroll position.
    if (how !== 'POP') window.scrollTo(0, 0);
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [pathname, how]);
}
