import { useEffect } from 'react';

/** Names the document: "Checkout – Kelvo". While the name is not known yet (undefined) the last one stays. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === '' ? 'Kelvo: well-made things' : `${title} – Kelvo`;
  }, [title]);
}
