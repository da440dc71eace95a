import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** What a run of the CLI printed, and its exit code. */
export interface Ran {
  code: number;
  printed: string;
}

/** A Pulumi project of its own in a temporary directory, with a file backend there and a stack named "test". */
export class TemporaryProject {
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-project-"));
  /** Set, the CLI uses this Pulumi home and not the one that the set-up gives it. */
  home: string | undefined;

  static async create(options: Record<string, unknown> = {}): Promise<TemporaryProject> {
    const project = new TemporaryProject();
    const runtime = {
      name: "nodejs",
      options: { typescript: false, ...options },
    };
    project.write("Pulumi.yaml", JSON.stringify({ name: "small", runtime }));
    project.write("package.json", JSON.stringify({ main: "index.js" }));
    fs.symlinkSync(path.resolve("node_modules"), path.join(project.directory, "node_modules"));
    fs.mkdirSync(path.join(project.directory, "state"));
    await project.pulumi("stack", "init", "test");
    return project;
  }

  write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.directory, name), text);
  }

  read(name: string): string {
    return fs.readFileSync(path.join(this.directory, name), "utf8");
  }

  has(name: string): boolean {
    return fs.existsSync(path.join(this.directory, name));
  }

  /** The program: plain JavaScript, to start fast. What the two libraries are called is given. */
  program(statements: string): void {
    const libraries =
      'const pulumi = require("@pulumi/pulumi");\nconst { local } = require("@pulumi/command");\n';
    this.write("index.js", libraries + statements);
  }

  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${path.join(this.directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      NO_COLOR: "1",
      ...(this.home ? { PULUMI_HOME: this.home } : {}),
    };
  }

  pulumi(...args: string[]): Promise<Ran> {
    const stack = args[0] === "stack" ? [] : ["--stack", "test"];
    const flags = ["--cwd", this.directory, "--non-interactive", "--color", "never", ...stack];
    return new Promise((resolve) =>
      execFile(
        path.resolve("node_modules/.bin/pulumi"),
        [...args, ...flags],
        { env: this.environment() },
        (problem, stdout, stderr) => {
          const code = problem ? Number(problem.code ?? 1) : 0;
          resolve({ code, printed: stdout + stderr });
        },
      ),
    );
  }

  /** Without the preview before it: most tests are about what the update does. */
  up(): Promise<Ran> {
    return this.pulumi("up", "--yes", "--skip-preview");
  }

  /** The recorded state, as plain text. */
  state(): string {
    return this.read("state/.pulumi/stacks/small/test.json");
  }

  remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
