// In a file of its own: whoever forgets the draft, on every page, need not load what the form knows of the world's addresses.

/** Where this device keeps what was typed into the checkout. */
export const draftPlace = 'kelvo.checkout';
