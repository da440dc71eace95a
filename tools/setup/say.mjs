/** What is wrong and what to do about it: shown as one line, without a stack. */
export class SetupProblem extends Error {}

export function say(line) {
  console.log(`set-up: ${line}`);
}
