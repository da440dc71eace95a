import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type InstanceNode, userData } from "../../components/aws/instances/user-data";

const hostile = `'; touch pwned; echo "$(id)" \`id\` %h $HOME \\ \n[Service]\nExecStart=/bin/sh #`;
const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:gw-a";

function node(other: Partial<InstanceNode> = {}): InstanceNode {
  return {
    region: "eu-central-1",
    secret,
    secrets: { KONG_PG_PASSWORD: "password" },
    environment: { KONG_PROXY_LISTEN: "0.0.0.0:8000", KONG_HEADERS: hostile },
    start: ["kong", "start", "--prefix", "/usr/local/kong"],
    quit: ["kong", "quit", "--prefix", "/usr/local/kong", "--timeout", "60"],
    check: { url: "http://127.0.0.1:1/", field: "version", version: "3.10.0", attempts: 1 },
    ...other,
  };
}

interface CloudConfig {
  write_files: { path: string; permissions: string; content: string }[];
  runcmd: string[][];
}

function cloudConfig(given = node()): CloudConfig {
  const [kind, ...rest] = userData(given, 60).split("\n");
  assert.equal(kind, "#cloud-config");
  return JSON.parse(rest.join("\n")) as CloudConfig;
}

function file({ write_files }: CloudConfig, end: string): string {
  const found = write_files.find(({ path }) => path.endsWith(end));
  assert.ok(found, `no file ${end}`);
  return found.content;
}

describe("user data of an instance", () => {
  it("has what config says in a file that no shell reads, as it was given", () => {
    const config = cloudConfig();
    assert.deepEqual(JSON.parse(file(config, "node.json")), node());
    const others = JSON.stringify([
      config.runcmd,
      file(config, "gateway-node.service"),
      file(config, "launch-node"),
    ]);
    assert.ok(!others.includes("pwned"));
    assert.deepEqual(
      config.runcmd.map(([program]) => program),
      ["systemctl", "systemctl"],
    );
  });

  it("has no more than a secret's ARN and the keys in it", () => {
    const written = JSON.parse(file(cloudConfig(), "node.json")) as InstanceNode;
    assert.deepEqual(written.secrets, { KONG_PG_PASSWORD: "password" });
    assert.equal(written.environment.KONG_PG_PASSWORD, undefined);
  });

  it("gives the gateway its time to end before systemd kills it", () => {
    const unit = file(cloudConfig(), "gateway-node.service");
    assert.match(unit, /^TimeoutStopSec=70$/m);
    assert.match(unit, /^ExecStop=.* stop$/m);
  });

  it("is refused where EC2 would refuse it, with what to do", () => {
    const long = node({ environment: { KONG_LONG: "x".repeat(17_000) } });
    assert.throws(() => userData(long, 60), /EC2 takes 16384: put long properties/);
  });
});

describe("the launcher of an instance's gateway", () => {
  let directory = "";
  let launcher = "";
  // The interpreter itself: a version manager's stand-in for it puts programs of its own first on PATH.
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
    encoding: "utf8",
  }).trim();

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "gateway-launcher-"));
    launcher = path.join(directory, "launch-node");
    await writeFile(launcher, file(cloudConfig(), "launch-node"));
    // What the AWS CLI prints, and what it was asked.
    const aws = `#!/bin/sh\nprintf '%s\\n' "$@" > asked\nprintf '%s\\n' '{"password":"a \\"b\\" $c","vault":"v"}'\n`;
    await writeFile(path.join(directory, "aws"), aws);
    await chmod(path.join(directory, "aws"), 0o755);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function launch(
    verb: string,
    given: InstanceNode,
  ): Promise<{ code: number; out: string; err: string }> {
    const place = path.join(directory, "node.json");
    await writeFile(place, JSON.stringify(given));
    const environment = { PATH: `${directory}:${process.env.PATH}`, GATEWAY_NODE: place };
    return new Promise((resolve) => {
      const options = { cwd: directory, env: environment };
      execFile(python, [launcher, verb], options, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }
  const printing = (variable: string) => [
    python,
    "-c",
    `import os, sys; sys.stdout.write(os.environ[${JSON.stringify(variable)}])`,
  ];

  it("starts it with what config says, to the letter", async () => {
    const { out } = await launch("start", node({ start: printing("KONG_HEADERS") }));
    assert.equal(out, hostile);
  });

  it("hands the secret over in its environment", async () => {
    const { out } = await launch("start", node({ start: printing("KONG_PG_PASSWORD") }));
    assert.equal(out, 'a "b" $c');
    const asked = execFileSync("cat", ["asked"], { cwd: directory, encoding: "utf8" }).split("\n");
    assert.equal(asked[asked.indexOf("--secret-id") + 1], secret);
  });

  it("names the key that the secret lacks, and starts nothing", async () => {
    const { code, err } = await launch("start", node({ secrets: { KONG_LICENSE_DATA: "license" } }));
    assert.equal(code, 1);
    assert.match(err, /has no license/);
  });

  it("stops it by the product's own command", async () => {
    const { out } = await launch("stop", node({ quit: ["printf", "%s", "quit"] }));
    assert.equal(out, "quit");
  });

  describe("of an image with another version", () => {
    const server = createServer((_, response) => response.end(JSON.stringify({ version: "3.9.1" })));
    before(() => once(server.listen(0, "127.0.0.1"), "listening"));
    after(() => server.close());
    const said = (version: string) => ({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ...{ field: "version", version, attempts: 1 },
    });

    it("fails, so that it never serves", async () => {
      const { code, err } = await launch("check", node({ check: said("3.10.0") }));
      assert.equal(code, 1);
      assert.match(err, /has version 3\.9\.1 of the gateway, not the slot's 3\.10\.0/);
    });
    it("passes where it is the slot's", async () => {
      assert.equal((await launch("check", node({ check: said("3.9.1") }))).code, 0);
    });
  });

  it("passes where the gateway does not say its version: the balancer still asks for its health", async () => {
    assert.equal((await launch("check", node())).code, 0);
  });
});
