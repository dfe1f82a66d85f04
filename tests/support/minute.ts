/** Pumps that go this far ahead are at the beginning of a minute: no window of a minute ends by itself while a short test runs. */
export const msToFullMinute = (): number => 60_000 - (Date.now() % 60_000);
