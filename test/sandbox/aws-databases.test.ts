import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, type ClientConfig } from "pg";
import { type Databases, type Endpoint, startDatabases } from "../../sandbox/aws/databases";

const master = { database: "kong", user: "gateway", password: "first-password" };

describe("databases behind the AWS emulator", () => {
  let directory: string;
  let databases: Databases;
  let blue: Endpoint;

  async function query(at: Endpoint, sql: string, more: ClientConfig = {}) {
    const client = new Client({ ...at, ...master, ...more });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "aws-databases-"));
    databases = await startDatabases(directory);
    blue = await databases.create("blue", master);
  });
  after(async () => {
    await databases.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("an instance has a loopback address of its own; its user owns the database and is no superuser", async () => {
    assert.match(blue.host, /^127\.(?!0\.0\.)/);
    const [about] = await query(
      blue,
      `select rolsuper, rolcreaterole, rolcreatedb, pg_get_userbyid(datdba) as owner
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    assert.deepEqual(about, {
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      owner: master.user,
    });
    await query(blue, "create table made_by_its_owner (id int)");
    await query(blue, "create extension pgcrypto");
    await assert.rejects(query(blue, "create role another superuser"), /must be superuser/);
    await assert.rejects(query(blue, "select 1", { password: "wrong" }), /password authentication failed/);
  });

  it("takes TLS as RDS does", async () => {
    const [row] = await query(blue, "select ssl from pg_stat_ssl where pid = pg_backend_pid()", {
      ssl: { rejectUnauthorized: false },
    });
    assert.equal(row?.ssl, true);
  });

  it("a snapshot taken under writes has what was written before it and nothing later; the restored instance goes its own way", async () => {
    await query(blue, "create table notes (id serial primary key, text text)");
    await query(blue, "insert into notes (text) values ('before')");
    let writing = true;
    const writer = (async () => {
      while (writing) await query(blue, "insert into notes (text) values ('meanwhile')");
    })();
    await databases.snapshot("blue", "of-blue");
    writing = false;
    await writer;
    await query(blue, "insert into notes (text) values ('after')");
    const green = await databases.restore("of-blue", "green");
    const count = (at: Endpoint, text: string) =>
      query(at, `select count(*)::int as rows from notes where text = '${text}'`).then(([row]) => row?.rows);
    assert.deepEqual([await count(green, "before"), await count(green, "after")], [1, 0]);
    assert.notEqual(green.host, blue.host);
    await query(green, "insert into notes (text) values ('only in green')");
    assert.equal(await count(blue, "only in green"), 0);
    await databases.drop("green");
    await assert.rejects(query(green, "select 1"), /ECONNREFUSED/);
    const again = await databases.restore("of-blue", "green");
    assert.deepEqual([await count(again, "before"), await count(again, "only in green")], [1, 0]);
  });

  it("a new password is in force at once; a snapshot brings back the one that it was taken with", async () => {
    const made = await databases.create("changing", master);
    await databases.snapshot("changing", "of-changing");
    await databases.setPassword("changing", "it's another");
    await assert.rejects(query(made, "select 1"), /password authentication failed/);
    assert.equal((await query(made, "select 1", { password: "it's another" })).length, 1);
    const restored = await databases.restore("of-changing", "restored");
    assert.equal((await query(restored, "select 1")).length, 1);
  });

  it("names that are taken, and ones that are not known, are refused", async () => {
    await assert.rejects(databases.create("blue", master), /instance blue is already there/);
    await databases.snapshot("blue", "twice");
    await assert.rejects(databases.snapshot("blue", "twice"), /snapshot twice is already there/);
    await databases.dropSnapshot("twice");
    await assert.rejects(databases.restore("twice", "nobody"), /no snapshot twice/);
    await assert.rejects(databases.drop("nobody"), /no instance nobody/);
  });

  it("refuses plain connections when asked to; stop leaves neither a server nor a file", async () => {
    const own = path.join(directory, "own");
    const some = await startDatabases(own, { tlsOnly: true });
    const one = await some.create("one", master);
    await assert.rejects(query(one, "select 1"), /no encryption/);
    assert.equal((await query(one, "select 1", { ssl: { rejectUnauthorized: false } })).length, 1);
    await some.stop();
    assert.deepEqual(existsSync(own) ? readdirSync(own) : [], []);
    await new Promise<void>((done, fail) => {
      const socket = createConnection(one.port, one.host);
      socket.once("connect", () => fail(new Error("it still listens")));
      socket.once("error", () => done());
    });
  });
});
