/** Columns that the demo's output keeps within, also where nobody says how wide the terminal is. */
const columns = 100;

/** Of what every step prints: the step's own title stands out by beginning at the margin. */
const indent = "   ";

const spinner = ["|", "/", "-", "\\"];

/** Breaks a line between words; what follows is set in below its own indent. */
export function wrap(line: string, width: number): string[] {
  const own = /^\s*(?:[+~-]\s+)?/.exec(line)?.[0].length ?? 0;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const start = rest.search(/\S/);
    const space = rest.lastIndexOf(" ", width);
    // A word that is longer than a line stays whole: half a path is of no use to anybody.
    const at = space > Math.max(own, start) ? space : rest.indexOf(" ", Math.max(width, start));
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(own + 2) + rest.slice(at + 1);
  }
  return [...lines, rest.trimEnd()];
}

/** Where the demo writes: lines that stay and, on a terminal, one line below them that tells what is under way. */
export interface Screen {
  /** A step's title, after an empty line. */
  step: (title: string) => void;
  /** Text of a step, wrapped; several lines at once or one. */
  say: (text: string) => void;
  /** What takes long: shown with the seconds that it has taken, until the function that this gives is called. */
  busy: (what: () => string) => () => void;
}

export function openScreen(out: NodeJS.WriteStream): Screen {
  let status: (() => string) | undefined;
  let turn = 0;
  let steps = 0;
  const clear = () => (out.isTTY && status ? out.write("\r\x1b[K") : undefined);
  const draw = () => {
    if (!out.isTTY || !status) return;
    const width = Math.min(out.columns, columns);
    out.write(`\r\x1b[K${`${indent}${spinner[turn++ % spinner.length]} ${status()}`.slice(0, width - 1)}`);
  };
  const print = (lines: string[]) => {
    clear();
    out.write(`${lines.join("\n")}\n`);
    draw();
  };
  return {
    step: (title) => {
      steps++;
      print(["", ...wrap(`${steps}. ${title}`, columns)]);
    },
    say: (text) =>
      print(
        text
          .split("\n")
          .flatMap((line) => wrap(indent + line, columns))
          .map((line) => line.trimEnd()),
      ),
    busy: (what) => {
      const started = performance.now();
      status = () => `${((performance.now() - started) / 1_000).toFixed(0)} s  ${what()}`;
      const timer = setInterval(draw, 200);
      return () => {
        clearInterval(timer);
        clear();
        status = undefined;
      };
    },
  };
}
