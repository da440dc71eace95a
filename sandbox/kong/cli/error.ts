/** A failure that the user is told in one line, with exit code 1, as Kong does. */
export class CommandError extends Error {}
