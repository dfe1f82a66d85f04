import { type ComponentProps, type ReactNode, useId } from 'react';
import './field.css';

interface Labelled {
  label: string;
  hint?: string;
  error?: string | undefined;
}

function Frame({ id, label, hint, error, optional, children }: Labelled & { id: string; optional: boolean; children: ReactNode }) {
  return (
    <div className="field" data-invalid={error ? '' : undefined}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="field-optional"> (optional)</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, hint?: string, error?: string) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

export function TextField({ label, hint, error, ...rest }: Labelled & Omit<ComponentProps<'input'>, 'id' | 'className'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error} optional={!rest.required} {...(hint ? { hint } : {})}>
      <input {...rest} id={id} aria-invalid={error ? true : undefined} aria-describedby={describedBy(id, hint, error)} />
    </Frame>
  );
}

/** A box to tick, with what ticking it means. */
export function CheckField({
  label,
  hint,
  ...rest
}: { label: string; hint: string } & Omit<ComponentProps<'input'>, 'id' | 'className' | 'type'>) {
  const id = useId();
  return (
    <div className="check">
      <input {...rest} type="checkbox" id={id} aria-describedby={`${id}-hint`} />
      <label htmlFor={id}>{label}</label>
      <p id={`${id}-hint`} className="field-hint">
        {hint}
      </p>
    </div>
  );
}

export function SelectField({ label, hint, error, ...rest }: Labelled & Omit<ComponentProps<'select'>, 'id' | 'className'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error} optional={false} {...(hint ? { hint } : {})}>
      <select {...rest} id={id} aria-invalid={error ? true : undefined} aria-describedby={describedBy(id, hint, error)} />
    </Frame>
  );
}
