import { type RefCallback, useCallback, useState } from 'react';

/** So far below the screen something counts as seen: it is there by the time its reader is. */
const ahead = '200px';

/** Whether an element has come near the screen yet, e.g. to ask for what it shows only then. @returns the element's ref, and the answer */
export function useSeen(): [RefCallback<Element>, boolean] {
  const [seen, setSeen] = useState(false);
  const ref = useCallback<RefCallback<Element>>((element) => {
    if (!element) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true), {
      rootMargin: ahead,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, seen];
}
