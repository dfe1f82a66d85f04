import type { ReactNode } from 'react';
import './alert.css';

interface AlertProps {
  tone: 'info' | 'good' | 'warn' | 'danger';
  title: string;
  children?: ReactNode;
  /** Buttons or links. */
  actions?: ReactNode;
}

/** A message in its place. Bad news interrupts a screen reader, other news waits for its turn. */
export function Alert({ tone, title, children, actions }: AlertProps) {
  return (
    <div className={`alert alert-${tone}`} role={tone === 'danger' || tone === 'warn' ? 'alert' : 'status'}>
      <p className="alert-title">{title}</p>
      {children && <div className="alert-text">{children}</div>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
