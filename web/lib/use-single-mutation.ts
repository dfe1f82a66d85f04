import { type UseMutationOptions, useMutation } from '@tanstack/react-query';
import { useRef } from 'react';

/**
 * A mutation that ignores calls while it is running. `isPending` changes only with the next render, too late for a double click.
 */
export function useSingleMutation<Answer, Variables>(options: UseMutationOptions<Answer, Error, Variables>) {
  const { mutateAsync, ...mutation } = useMutation(options);
  const busy = useRef(false);
  const mutate = (variables: Variables): void => {
    if (busy.current) return;
    busy.current = true;
    mutateAsync(variables)
      .catch(() => undefined) // it is in `error`
      .finally(() => {
        busy.current = false;
      });
  };
  return { ...mutation, mutate };
}
