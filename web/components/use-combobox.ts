import { type KeyboardEvent, useId, useState } from 'react';

interface Choices {
  /** How many options there are now. */
  count: number;
  choose: (index: number) => void;
  /** Empties the field. */
  clear: () => void;
}

/**
 * The keyboard of a text field with a list of options below it: WAI-ARIA's "editable combobox with list autocomplete". The focus stays in the
 * field; arrows move through the options and back to what was typed, Enter chooses, Tab leaves the list, Escape closes it and then empties the field.
 */
export function useCombobox({ count, choose, clear }: Choices) {
  const [wanted, setWanted] = useState(false);
  const [at, setAt] = useState(-1);
  const id = useId();
  const open = wanted && count > 0;
  /** The index of the active option; -1 is the field itself. */
  const active = open && at < count ? at : -1;
  const show = () => {
    setWanted(true);
    setAt(-1);
  };
  const close = () => {
    setWanted(false);
    setAt(-1);
  };
  const moveTo = (index: number) => {
    setWanted(true);
    setAt(index);
  };
  const around = (index: number) => ((index + 1 + count + 1) % (count + 1)) - 1;

  /** Acts on a key; false leaves it to the field. */
  const act = (key: string): boolean => {
    if (key === 'ArrowDown') moveTo(around(active + 1));
    else if (key === 'ArrowUp') moveTo(around(active - 1));
    else if (key === 'Escape') (open ? close : clear)();
    else if (key === 'Tab') {
      close();
      return false;
    } else if (active < 0) return false;
    else if (key === 'Home') setAt(0);
    else if (key === 'End') setAt(count - 1);
    else if (key === 'Enter') choose(active);
    else {
      if (key === 'ArrowLeft' || key === 'ArrowRight') setAt(-1);
      return false;
    }
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const combined = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    // A key that ends a composition (Japanese, Chinese) belongs to the input method.
    if (!combined && !event.nativeEvent.isComposing && act(event.key)) event.preventDefault();
  };

  const optionId = (index: number) => `${id}-${index}`;
  return {
    open,
    active,
    show,
    close,
    listId: id,
    optionId,
    field: {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': open,
      'aria-controls': id,
      'aria-activedescendant': active >= 0 ? optionId(active) : undefined,
      onKeyDown,
    },
  } as const;
}
