/** Why nothing can be checked: a file that cannot be read. One line, for whoever named it. */
export class CheckProblem extends Error {}

/** What is wrong with the command's options: said with its usage. */
export class BadUsage extends CheckProblem {}
