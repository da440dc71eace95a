import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Clients } from "../../components/aws/clients";
import { keepNote, readKept, readNote, roomForNotes } from "../../components/aws/notes";
import { askThroughTasks, tellThroughTask } from "../../components/aws/statements";
import { literal } from "../../components/postgres/ask";
import {
  compareConfigurations,
  fingerprintQuery,
  takeFingerprint,
} from "../../components/postgres/fingerprint";
import { exceptionsBetween } from "../../products/configuration";
import { configuration } from "../../products/kong/tables";

interface Override {
  environment: { name: string; value: string }[];
}

/** What AWS lets a task run be told, in characters. */
const most = 8_192;

/** A cluster whose tasks print these lines and end with this exit code; keeps the scripts that they were told. */
function cluster(linesOf: (script: string) => string[], exitCode = 0) {
  const scripts: string[] = [];
  const sizes: number[] = [];
  let lines: string[] = [];
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { name } = command.constructor;
    if (name === "RunTaskCommand") {
      const { overrides } = command.input as { overrides: { containerOverrides: Override[] } };
      sizes.push(JSON.stringify(overrides).length);
      const packed = overrides.containerOverrides[0]?.environment.find(
        (variable) => variable.name === "GATEWAY_STATEMENTS",
      );
      const script = gunzipSync(Buffer.from(packed?.value ?? "", "base64")).toString();
      scripts.push(script);
      lines = linesOf(script);
      return Promise.resolve({ tasks: [{ taskArn: "arn:aws:ecs:eu-central-1:123456789012:task/gw/1" }] });
    }
    if (name === "GetLogEventsCommand") {
      return Promise.resolve({ events: lines.map((message) => ({ message })) });
    }
    return Promise.resolve({ tasks: [{ lastStatus: "STOPPED", containers: [{ exitCode }] }] });
  };
  const client = () => ({ send });
  const clients = { containers: client, logs: client } as unknown as Clients;
  const place = {
    cluster: "gw",
    subnets: [],
    securityGroups: [],
    publicAddress: false,
    logGroup: "/gateway/gw",
  };
  const database = { definition: "gw-blue-statements", host: "db", port: 5432, startedBy: "test", limit: 5 };
  return {
    ...{ scripts, sizes },
    ask: askThroughTasks(clients, place, database),
    tell: (statements: string[]) => tellThroughTask(clients, place, database, statements),
  };
}

const row = (index: number, value: unknown) => `gateway-row ${index} ${JSON.stringify(value)}`;

describe("statements through tasks on AWS", () => {
  it("are told in one run that reads one moment, and each gets its own rows", async () => {
    const { ask, scripts } = cluster(() => [
      'NOTICE:  gateway-row is "no row"',
      row(1, { b: "x\ny" }),
      row(0, { a: 1 }),
      row(0, { a: 2 }),
      "gateway-end",
    ]);
    assert.deepEqual(await ask("select 1 as a;", "select 2 as b"), [[{ a: 1 }, { a: 2 }], [{ b: "x\ny" }]]);
    const [script = ""] = scripts;
    assert.equal(scripts.length, 1);
    assert.match(script, /^begin isolation level repeatable read read only;/);
    assert.match(script, /from \(select 1 as a\) q;/, "a statement within another has no end of its own");
  });
  it("are not told at all where there are none", async () => {
    const { ask, scripts } = cluster(() => []);
    assert.deepEqual(await ask(), []);
    assert.deepEqual(scripts, []);
  });
  it("that write are one transaction", async () => {
    const { tell, scripts } = cluster(() => ["gateway-end"]);
    await tell(["insert into t values (1);", "insert into t values (2);"]);
    const [, ...lines] = scripts[0]?.split("\n") ?? [];
    assert.deepEqual(lines.slice(0, 3), [
      "insert into t values (1);",
      "insert into t values (2);",
      "commit;",
    ]);
  });
  it("that fail say with which exit code and last lines", async () => {
    const { ask } = cluster(() => ['ERROR:  relation "t" does not exist'], 3);
    await assert.rejects(
      ask("select * from t"),
      /db did not answer \(exit code 3\).*relation "t" does not exist/s,
    );
  });
  it("that are too long for a run are refused before it", async () => {
    const { ask, scripts } = cluster(() => []);
    const long = `select '${randomBytes(8_000).toString("hex")}'`;
    await assert.rejects(ask(long), /a task run may be told 8192 characters, and this one needs \d+/);
    assert.deepEqual(scripts, []);
  });
});

/** Columns of Kong's largest tables, and of one that stands for the others. */
const common = ["id", "created_at", "updated_at", "name", "tags", "ws_id"];
const columnsOf: Record<string, string[]> = {
  services: [
    ...["ca_certificates", "client_certificate_id", "connect_timeout", "enabled", "host", "path", "port"],
    ...["protocol", "read_timeout", "retries", "tls_verify", "tls_verify_depth", "write_timeout", "tls_sans"],
  ],
  routes: [
    ...["destinations", "expression", "headers", "hosts", "https_redirect_status_code", "methods"],
    ...["path_handling", "paths", "preserve_host", "priority", "protocols", "regex_priority"],
    ...["request_buffering", "response_buffering", "service_id", "snis", "sources", "strip_path"],
  ],
  plugins: [
    ...["cache_key", "config", "consumer_group_id", "consumer_id", "enabled", "instance_name", "ordering"],
    ...["protocols", "route_id", "service_id", "condition"],
  ],
  upstreams: [
    ...[
      "algorithm",
      "client_certificate_id",
      "hash_fallback",
      "hash_fallback_header",
      "hash_fallback_query_arg",
    ],
    ...["hash_fallback_uri_capture", "hash_on", "hash_on_cookie", "hash_on_cookie_path", "hash_on_header"],
    ...["hash_on_query_arg", "hash_on_uri_capture", "healthchecks", "host_header", "slots", "use_srv_name"],
    ...["sticky_sessions_cookie", "sticky_sessions_cookie_path"],
  ],
};

/** Tables of configuration of the enterprise edition, as a database lists them. */
const tables = [
  ...["workspaces", "services", "routes", "consumers", "plugins", "upstreams", "targets", "certificates"],
  ...["ca_certificates", "snis", "keys", "key_sets", "filter_chains", "sm_vaults", "vault_auth_vaults"],
  ...["acls", "basicauth_credentials", "hmacauth_credentials", "jwt_secrets", "keyauth_credentials"],
  ...["oauth2_credentials", "keyauth_enc_credentials", "mtls_auth_credentials", "degraphql_routes"],
  ...["header_cert_auth_credentials", "graphql_ratelimiting_advanced_cost_decoration", "partials"],
  ...["plugins_partials", "custom_plugins", "consumer_groups", "consumer_group_consumers", "event_hooks"],
  ...["consumer_group_plugins", "admins", "groups", "group_rbac_roles", "rbac_users", "rbac_roles"],
  ...["rbac_user_roles", "rbac_user_groups", "rbac_role_endpoints", "rbac_role_entities", "licenses"],
  ...["applications", "application_instances", "konnect_applications", "developers", "files"],
  ...["legacy_files", "document_objects", "keyring_keys", "keyring_meta"],
].map((name) => {
  const own = columnsOf[name] ?? [`${name}_key`, `${name}_value`, "cache_key", "consumer_id"];
  return { schema: "public", name, key: ["id"], columns: [...common, ...own].sort() };
});

describe("statements about all of Kong's tables fit a task run on AWS", () => {
  const kong = () => {
    const told = cluster((script) =>
      script.includes("pg_class")
        ? [...tables.map((table) => row(0, table)), "gateway-end"]
        : ["gateway-end"],
    );
    const longest = () => {
      const size = Math.max(...told.sizes);
      assert.ok(size <= most, `${size} characters`);
      return told.scripts.sort((a, b) => b.length - a.length)[0] as string;
    };
    return { ...told, longest };
  };

  it("a fingerprint", async () => {
    const { ask, longest } = kong();
    await takeFingerprint(ask, configuration, {});
    assert.equal(longest().match(/gateway-row/g)?.length, tables.length);
  });
  it("a fingerprint in the columns of an earlier one", async () => {
    const { ask, longest } = kong();
    await takeFingerprint(
      ask,
      configuration,
      {},
      Object.fromEntries(tables.map(({ name }) => [name, common])),
    );
    assert.match(longest(), /hash_fallback_query_arg/);
  });
  it("a comparison over the longest path, with all that its migrations change", async () => {
    const { ask, longest } = kong();
    const exceptions = exceptionsBetween(configuration, "2.8.0", "3.13.0");
    await compareConfigurations(ask, ask, { configuration, own: {}, exceptions });
    assert.match(longest(), /redis_server_name/);
  });
  it("the fingerprint of a cutover, kept beside what was written too late", async () => {
    const { ask, tell, longest } = kong();
    const query = await fingerprintQuery(ask, configuration, {});
    // As much as is kept of it, and as hard to pack: rows by their ids.
    const late = randomBytes(1_000).toString("hex");
    await tell([
      ...roomForNotes,
      ...keepNote("green-3.10.0-g4", "cutover", query, true),
      ...keepNote("green-3.10.0-g4", "late", `select ${literal(JSON.stringify(late))}::jsonb`, true),
    ]);
    assert.match(longest(), /jsonb_build_object/);
  });
});

describe("notes of a life on AWS", () => {
  it("are kept once, or written anew, as is asked", () => {
    const [once = ""] = keepNote("blue-3.9.1-g1", "snapshot", "select 1", false);
    const [again = ""] = keepNote("blue-3.9.1-g1", "cutover", "select 1", true);
    assert.match(once, /on conflict \(life, kind\) do nothing;$/);
    assert.match(again, /on conflict \(life, kind\) do update set content = excluded\.content;$/);
  });
  it("are asked for by life and kind, whatever characters these have", async () => {
    const { ask, scripts } = cluster(() => [row(0, { content: { a: 1 } }), "gateway-end"]);
    assert.deepEqual(await readNote(ask, "it's", "late"), { a: 1 });
    assert.match(scripts[0] ?? "", /life = 'it''s' and kind = 'late'/);
  });
  it("that are not there are undefined", async () => {
    const { ask } = cluster(() => ["gateway-end"]);
    assert.equal(await readNote(ask, "blue-3.9.1-g1", "late"), undefined);
    assert.equal(await readKept(ask, "blue-3.9.1-g1", "snapshot"), undefined);
  });
  it("of a fingerprint are put together from their rows, a table without any among them", async () => {
    const { ask } = cluster(() => [
      row(0, { name: "routes", columns: ["id", "paths"] }),
      row(0, { name: "services", columns: ["id"] }),
      row(1, { name: "routes", id: "r1", hash: "h1" }),
      row(1, { name: "routes", id: "r2", hash: "h2" }),
      "gateway-end",
    ]);
    assert.deepEqual(await readKept(ask, "green-3.10.0-g4", "cutover"), {
      columns: { routes: ["id", "paths"], services: ["id"] },
      rows: { routes: { r1: "h1", r2: "h2" }, services: {} },
    });
  });
});
