import './skeleton.css';

/** A grey placeholder while something loads. */
export const Skeleton = ({ shape = 'line' }: { shape?: 'line' | 'title' | 'picture' | 'block' }) => (
  <span className={`skeleton skeleton-${shape}`} aria-hidden="true" />
);

/** Placeholders for a page or panel, and a text for screen readers. */
export const Loading = ({ label = 'Loading' }: { label?: string }) => (
  <div className="stack" role="status">
    <span className="visually-hidden">{label}…</span>
    <Skeleton shape="title" />
    <Skeleton shape="block" />
    <Skeleton />
    <Skeleton />
  </div>
);
