import { Component, type ReactNode } from 'react';
import { Alert } from '../components/alert.tsx';
import { Button } from '../components/button.tsx';
import { reportError } from '../lib/rum.ts';

/** Catches render errors of a page (a bug, or a file that did not load), so that the rest of the shop stays usable. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: unknown) {
    reportError(error);
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Alert
        tone="danger"
        title="This page could not be shown"
        actions={
          <Button look="secondary" onClick={() => location.reload()}>
            Load it again
          </Button>
        }
      >
        Your cart and your orders are safe. Please load the page again.
      </Alert>
    );
  }
}
