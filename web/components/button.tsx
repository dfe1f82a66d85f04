import type { ComponentProps, MouseEvent } from 'react';
import { Link, type LinkProps } from 'react-router';
import './button.css';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  look?: Look;
  wide?: boolean;
  /** Its action is running: it keeps the focus, but further clicks do nothing. */
  pending?: boolean;
}

export function Button({ look = 'primary', wide, pending = false, disabled = false, onClick, type = 'button', ...rest }: ButtonProps) {
  const idle = pending || disabled;
  // aria-disabled instead of disabled: disabling a focused button moves the keyboard focus to the start of the page.
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
