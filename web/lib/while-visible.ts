/**
 * Says whether an element can be seen, now and at each change: so much of it is on screen, of a page that is not in a background tab.
 * @param share of the element's area, above 0 and up to 1
 * @returns what ends it
 */
export function whileVisible(element: Element, share: number, tell: (visible: boolean) => void): () => void {
  let onScreen = false;
  let told = false;
  const look = () => {
    const visible = onScreen && document.visibilityState === 'visible';
    if (visible === told) return;
    told = visible;
    tell(visible);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      onScreen = (entries.at(-1)?.intersectionRatio ?? 0) >= share;
      look();
    },
    { threshold: share },
  );
  observer.observe(element);
  document.addEventListener('visibilitychange', look);
  return () => {
    observer.disconnect();
    document.removeEventListener('visibilitychange', look);
  };
}
