import { type FormEvent, useRef, useState } from 'react';
import { isProblem } from './problem.ts';

export type Faults<N extends string> = Partial<Record<N, string>>;

/** What a form's text fields hold, and what is wrong with them. `bind` gives a field its value, its fault and its changes. */
export function useFields<N extends string>(initial: Record<N, string>) {
  const [values, setValues] = useState(initial);
  const [faults, setFaults] = useState<Faults<N>>({});
  const form = useRef<HTMLFormElement>(null);

  const bind = (name: N) => ({
    name,
    value: values[name],
    error: faults[name],
    onChange: (event: { target: { value: string } }) => {
      setValues((all) => ({ ...all, [name]: event.target.value }));
      setFaults(({ [name]: _gone, ...rest }) => rest as Faults<N>);
    },
  });
  const showFaults = (found: Faults<N>) => {
    setFaults(found);
    // After the next render: focus the first wrong field, in the form's order.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  /** Shows the errors that the form finds itself; if there are none, sends. */
  const onSubmit =
    (faultsOf: (values: Record<N, string>) => Faults<N>, send: (values: Record<N, string>) => void) => (event: FormEvent) => {
      event.preventDefault();
      const found = faultsOf(values);
      showFaults(found);
      if (Object.keys(found).length === 0) send(values);
    };
  /** Shows the errors that the server found. */
  const showRefusal = (error: unknown) => showFaults(faultsFrom(error, Object.keys(initial) as N[]));
  const clear = (...names: N[]) => setValues((all) => ({ ...all, ...Object.fromEntries(names.map((name) => [name, ''])) }));

  return { values, faults, form, bind, onSubmit, showFaults, showRefusal, clear };
}

/** The server's errors by form field: `/name` is the field `name`. Errors of no field are left out. */
export function faultsFrom<N extends string>(error: unknown, names: readonly N[]): Faults<N> {
  const faults: Faults<N> = {};
  for (const { pointer, message } of (isProblem(error) && error.document.errors) || []) {
    const name = names.find((each) => pointer === `/${each}`);
    if (name) faults[name] ??= `This ${message}.`;
  }
  return faults;
}
