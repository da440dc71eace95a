/** The end of a program's output, as an error quotes it. */
export function lastLines(output: string, count = 12): string {
  return output.trim().split("\n").slice(-count).join("\n");
}
