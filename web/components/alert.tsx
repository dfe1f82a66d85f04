import type { ReactNode } from 'react';
import './alert.css';

interface AlertProps {
  tone: 'info' | 'good' | 'warn' | 'danger';
  title: string;
  children?: ReactNode;
  /** Buttons or links. */
  actions?: ReactNode;
}

/** A message within the page. Errors interrupt a screen reader (role alert), others do not (role status). */
export function Alert({ tone, title, children, actions }: AlertProps) {
  return (
    <div className={`alert alert-${tone}`} role={tone === 'danger' || tone === 'warn' ? 'alert' : 'status'}>
      <p className="alert-title">{title}</p>
      {children && <div className="alert-text">{children}</div>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
