import { useEffect } from 'react';

/** Sets the document's title: "Checkout – Kelvo". While it is undefined the last title stays. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === '' ? 'Kelvo: well-made things' : `${title} – Kelvo`;
  }, [title]);
}
