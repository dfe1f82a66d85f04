import type { ComponentProps, MouseEvent } from 'react';
import { Link, type LinkProps } from 'react-router';
import './button.css';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  look?: Look;
  wide?: boolean;
  /** Its work is under way: it keeps the focus, but a second click does nothing. */
  pending?: boolean;
}

export function Button({ look = 'primary', wide, pending = false, disabled = false, onClick, type = 'button', ...rest }: ButtonProps) {
  const idle = pending || disabled;
  // aria-disabled instead of disabled: a control that is disabled while focused throws keyboard users back to the page's start.
  const guarded = (event: MouseEvent<HTMLButtonElement>) => (idle ? event.preventDefault() : onClick?.(event));
  return (
    <button
      {...rest}
      type={type}
      className={`button button-${look}${wide ? ' button-wide' : ''}`}
      aria-disabled={idle || undefined}
      aria-busy={pending || undefined}
      onClick={guarded}
    />
  );
}

/** A link that looks like a button. */
export const ButtonLink = ({ look = 'primary', wide, ...rest }: Omit<LinkProps, 'className'> & { look?: Look; wide?: boolean }) => (
  <Link {...rest} className={`button button-${look}${wide ? ' button-wide' : ''}`} />
);
