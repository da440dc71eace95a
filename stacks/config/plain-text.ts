/**
 * Characters that no reviewer sees as what they are: they end a line, move a terminal's cursor, or show text in another
 * order than it has.
 */
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/; // eslint-disable-line no-control-regex

export function hasHiddenCharacters(text: string): boolean {
  return hidden.test(text);
}

/** Text of a file as a message shows it: on one line, and cut where nobody would read on. */
export function shown(text: string, most: number): string {
  const plain = text.replace(new RegExp(hidden, "g"), "?");
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}
