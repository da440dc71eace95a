import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Container, type ContainerOptions, startContainer } from "../../sandbox/aws/containers";
import { type Databases, type Endpoint, startDatabases } from "../../sandbox/aws/databases";
import { isAlive } from "../../components/local/process";
import { ownAddress } from "../../sandbox/aws/loopback";
import { http, until } from "./kong-node";

const kong = "kong/kong-gateway:3.10.0.11";
const postgres = "public.ecr.aws/docker/library/postgres:17";
const master = { database: "kong", user: "kong", password: "pass word" };

const started: Container[] = [];

async function start(options: Partial<ContainerOptions> & { image: string }) {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const container = await startContainer({ environment: {}, ip: ownAddress(), onLine, ...options });
  started.push(container);
  return { container, lines };
}

/** Runs a container to its end. */
async function run(options: Partial<ContainerOptions> & { image: string }) {
  const { container, lines } = await start(options);
  return { ...(await container.ended), lines };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop(0)));
});

describe("containers behind the AWS emulator", () => {
  it("gives the exit code, and every line in the order it was written in", async () => {
    const script = `i=0; while [ $i -lt 200 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf "no end"; exit 3`;
    const { exitCode, reason, lines } = await run({ image: postgres, command: ["sh", "-c", script] });
    assert.equal(exitCode, 3);
    assert.equal(reason, "Essential container in task exited");
    const expected = Array.from({ length: 200 }, (_, index) => [`out ${index}`, `err ${index}`]).flat();
    assert.deepEqual(lines, [...expected, "no end"]);
  });

  it("has the environment that it is given and nothing of ours", async () => {
    process.env.LEAKED_INTO_THE_CONTAINER = "yes";
    try {
      const environment = { TARGET: "green", TEXT: "two words; $(echo none)" };
      const { lines } = await run({ image: postgres, command: ["env"], environment });
      const names = lines.map((line) => line.split("=")[0]);
      const own = ["HOME", "LANG", "PATH", "TARGET", "TEXT"];
      // The shell that starts it notes where it is.
      assert.deepEqual(names.filter((name) => name !== "PWD").sort(), own);
      assert.ok(lines.includes("TEXT=two words; $(echo none)"));
      const home = lines.find((line) => line.startsWith("HOME="))?.slice("HOME=".length) ?? "";
      assert.ok(!existsSync(home), "its directory goes with it");
    } finally {
      delete process.env.LEAKED_INTO_THE_CONTAINER;
    }
  });

  it("an unknown image, and a version that no twin stands in for, cannot be pulled", async () => {
    for (const image of ["busybox:1", "kong/kong-gateway:1.0.0.0", "kong"])
      await assert.rejects(
        run({ image }),
        new RegExp(`^Error: CannotPullContainerError: .*${image}: not found$`),
      );
  });

  it("a program that the image does not have is exit code 127, and a line says which", async () => {
    const { exitCode, lines } = await run({ image: postgres, command: ["no-such-program"] });
    assert.equal(exitCode, 127);
    assert.match(lines.join("\n"), /no-such-program/);
  });

  it("ends with its first process, whatever that one left running", async () => {
    const { exitCode, lines } = await run({
      image: postgres,
      command: ["sh", "-c", "sleep 300 & echo $!; exit 4"],
    });
    assert.equal(exitCode, 4);
    assert.equal(await isAlive(Number(lines[0]), "sleep"), false);
  });

  it("stop kills what does not end in time, and all that it started", async () => {
    const script = `trap "" INT; sleep 300 & echo $!; while :; do sleep 1; done`;
    const { container, lines } = await start({ image: postgres, command: ["sh", "-c", script] });
    await until("its first line", () => lines.length === 1);
    const before = performance.now();
    await container.stop(0.5);
    assert.ok(performance.now() - before >= 490);
    assert.equal((await container.ended).exitCode, 137);
    assert.equal(await isAlive(Number(lines[0]), "sleep"), false);
  });

  describe("with a database", () => {
    let directory: string;
    let databases: Databases;
    let at: Endpoint;
    let environment: Record<string, string>;

    before(async () => {
      directory = mkdtempSync(path.join(tmpdir(), "aws-containers-"));
      databases = await startDatabases(directory);
      at = await databases.create("blue", master);
      environment = {
        KONG_PG_HOST: at.host,
        KONG_PG_PORT: String(at.port),
        KONG_PG_USER: master.user,
        KONG_PG_PASSWORD: master.password,
        KONG_PG_SSL: "on",
      };
    });
    after(async () => {
      await databases.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it("psql reads the database, and a failure is its exit code", async () => {
      const access = {
        PGHOST: at.host,
        PGUSER: master.user,
        PGPASSWORD: master.password,
        PGPORT: String(at.port),
      };
      const psql = (sql: string) =>
        run({
          image: postgres,
          command: ["sh", "-c", 'psql -At -v ON_ERROR_STOP=1 -c "$SQL"'],
          environment: { ...access, PGDATABASE: master.database, SQL: sql },
        });
      assert.deepEqual((await psql("select 6 * 7")).lines, ["42"]);
      const failed = await psql("select * from nothing");
      assert.equal(failed.exitCode, 1);
      assert.match(failed.lines[0] ?? "", /relation "nothing" does not exist/);
    });

    it("kong: list is 3 on an empty database, bootstrap 0, and a node serves on the container's address until it is stopped", async () => {
      const migrations = (command: string) =>
        run({ image: kong, command: ["kong", "migrations", command], environment });
      assert.equal((await migrations("list")).exitCode, 3);
      const bootstrapped = await migrations("bootstrap");
      assert.equal(bootstrapped.exitCode, 0, bootstrapped.lines.join("\n"));
      assert.match(bootstrapped.lines.join("\n"), /Database is up-to-date/);

      const ip = ownAddress();
      const listen = {
        KONG_ADMIN_LISTEN: "0.0.0.0:8001, 127.0.0.1:8444",
        KONG_STATUS_LISTEN: "0.0.0.0:8100",
      };
      const { container, lines } = await start({
        image: kong,
        environment: { ...environment, ...listen },
        ip,
      });
      const ready = () =>
        http(`http://${ip}:8100/status/ready`).then(
          ({ status }) => status === 200,
          () => false,
        );
      await until(`the node ready: ${lines.join("\n")}`, ready);
      const answer = await http(`http://${ip}:8000/`);
      assert.match(String(answer.headers.server), /^kong\/3\.10\.0\.11-enterprise-edition$/);
      assert.equal((await http(`http://${ip}:8001/`)).status, 200);
      await assert.rejects(
        http(`http://${ip}:8444/`),
        /ECONNREFUSED/,
        "its loopback is not reached from outside",
      );

      // A request in flight is answered before the node ends.
      const upload = request(`http://${ip}:8001/services`, {
        method: "POST",
        headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
      });
      const answered = new Promise<number>((done, fail) => {
        upload.once("response", (response) => done(response.resume().statusCode ?? 0)).once("error", fail);
      });
      upload.write('{"name": "late", ');
      await new Promise((done) => setTimeout(done, 100));
      const stopped = container.stop(10);
      await new Promise((done) => setTimeout(done, 300));
      upload.end('"url": "http://127.0.0.1:9"}');
      assert.equal(await answered, 201);
      await stopped;
      assert.equal((await container.ended).exitCode, 0);
    });

    it("a node that cannot start ends the container with Kong's own words", async () => {
      const environment = { KONG_PG_HOST: at.host, KONG_PG_PORT: "1" };
      const { exitCode, lines } = await run({ image: "localhost:5000/kong:3.9.1-debian", environment });
      assert.equal(exitCode, 1);
      assert.match(lines.join("\n"), /connection refused/);
    });
  });
});
