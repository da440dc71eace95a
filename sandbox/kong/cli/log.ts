/** What the commands print. Kong writes plain lines to standard output, and warnings and errors to standard error. */
let quiet = false;
let verbose = false;

export function setQuiet(on: boolean): void {
  quiet = on;
}
export function setVerbose(on: boolean): void {
  verbose = on;
}

export function log(line: string): void {
  if (!quiet) process.stdout.write(`${line}\n`);
}

export function warn(line: string): void {
  if (!quiet) process.stderr.write(`${stamp()} [warn] ${line}\n`);
}

export function detail(line: string): void {
  if (verbose && !quiet) process.stdout.write(`${stamp()} [verbose] ${line}\n`);
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
}
