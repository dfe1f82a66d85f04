import { ButtonLink } from '../components/button.tsx';
import { usePageTitle } from './use-page-title.ts';

export function NotFoundPage() {
  usePageTitle('Page not found');
  return (
    <div className="stack">
      <h1>Page not found</h1>
      <p className="soft">There is nothing at this address. It may have moved, or the link has a typo.</p>
      <div className="row">
        <ButtonLink to="/products">See all products</ButtonLink>
        <ButtonLink to="/" look="secondary">
          Go to the start
        </ButtonLink>
      </div>
    </div>
  );
}
