// What the pages of this machine share: they have no framework.

export const at = (id) => document.getElementById(id);

/** Makes an element. `text` is its text, `className` its classes, everything else an attribute. */
export function make(tag, { text, className, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const time = (instant) => new Date(instant).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });

const refreshMs = 2_000;

/**
 * Reads an address again and again while the page is looked at, and draws what has changed: the answer's ETag says whether anything has.
 * @param addressOf gives it anew each time
 * @param draw gets the answer; `complain` gets a sentence when there is none
 */
export function follow(addressOf, draw, complain) {
  let [etag, asked, paused, timer, turn] = ['', '', false, 0, 0];

  async function read() {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    const address = addressOf();
    if (address !== asked) etag = '';
    asked = address;
    try {
      const response = await fetch(address, { headers: etag ? { 'if-none-match': etag } : {} });
      const answer = response.status === 304 ? undefined : await response.json();
      if (mine !== turn) return; // another address was asked for meanwhile
      if (response.ok) {
        etag = response.headers.get('etag') ?? '';
        draw(answer);
      } else if (response.status !== 304) {
        etag = '';
        complain(answer.message ?? `The shop answered ${response.status}.`);
      }
    } catch (error) {
      if (mine !== turn) return;
      etag = '';
      complain(`The shop does not answer: ${error.message}`);
    }
    if (!paused && !document.hidden) timer = setTimeout(read, refreshMs);
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden && !paused) read();
  });
  read();
  return {
    now: read,
    pause(wanted) {
      paused = wanted;
      clearTimeout(timer);
      if (!paused) read();
    },
  };
}
