import assert from "node:assert/strict";
import { jahia } from "../../products/jahia";
import { schemaOf } from "../../products/jahia/schema";

type Given = Record<string, unknown>;

describe("The settings of a slot of Jahia", () => {
  it("a password and an API token are taken out of what may lie in plain state", () => {
    const given = jahia.settings.parse({
      database: { url: "jdbc:postgresql://db/b", user: "jahia", password: "s3cret" },
      apiToken: "t0ken",
      stickySessions: true,
    });
    const { settings, secrets } = jahia.splitSecrets(given);
    assert.deepEqual(secrets, { DB_PASS: "s3cret", JAHIA_API_TOKEN: "t0ken" });
    assert.doesNotMatch(JSON.stringify(settings), /s3cret|t0ken/);
    assert.deepEqual(settings.database, { url: "jdbc:postgresql://db/b", user: "jahia" });
    assert.equal(settings.stickySessions, true);
  });
  const refused: [as: string, given: Given][] = [
    ["a key that nobody knows", { sticky: true }],
    ["a password in an address", { database: { url: "jdbc:postgresql://db/b?password=x" } }],
    ["a user's password in an address", { database: { url: "jdbc:mysql://u:p@db/b" } }],
    ["an address that is not JDBC's", { database: { url: "postgresql://db/b" } }],
    ["a serverId for a shell", { cluster: { nodes: [{ serverId: "a; rm -rf /" }] } }],
  ];
  for (const [as, given] of refused) {
    it(`${as} is refused`, () => assert.equal(jahia.settings.safeParse(given).success, false));
  }
  const pairs: [a: string, b: string, same: boolean][] = [
    ["jdbc:mysql://db/a", "jdbc:mariadb://db:3306/a?useSSL=true", true],
    ["jdbc:mysql://db/a", "jdbc:mysql://db/A", false],
    ["jdbc:mysql://db/a", "jdbc:mysql://db:3307/a", false],
    ["jdbc:sqlserver://db;databaseName=a", "jdbc:sqlserver://db;databaseName=b", false],
    ["jdbc:sqlserver://db;databaseName=a", "jdbc:sqlserver://db:1433;encrypt=true;databaseName=a", true],
  ];
  for (const [a, b, same] of pairs) {
    it(`${a} and ${b} are ${same ? "one schema" : "two schemas"}`, () =>
      assert.equal(schemaOf(a) === schemaOf(b), same));
  }
  it("at Oracle another user is another schema", () => {
    const url = "jdbc:oracle:thin:@//db:1521/service";
    assert.notEqual(schemaOf(url, "jahia_a"), schemaOf(url, "jahia_b"));
    assert.equal(schemaOf(url, "jahia_a"), schemaOf(url, "JAHIA_A"));
  });
});
